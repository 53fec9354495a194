"""An httpx2 transport that connects only to checked addresses and never outlives its deadline.

The check stands where the socket is opened, so that the address that was checked is the address
that is used: a name that answers differently the second time (DNS rebinding) has no second time.
"""

# ruff: noqa: ARG002  the signatures are httpcore2's; our deadline replaces its timeouts

import ssl
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, cast

import httpcore2
import httpx2

from blog.fetching import addresses
from blog.fetching.deadlines import BoundedStream, remaining

CONNECT_SECONDS = 5.0
MAX_ADDRESSES_TRIED = 4


class Transport(httpx2.BaseTransport):
    """One request's way out. `deadline` is on the monotonic clock.

    Raises httpcore2's exceptions, and FetchError for an address that is refused.
    """

    def __init__(self, *, deadline: float) -> None:
        self._pool = httpcore2.ConnectionPool(
            ssl_context=_tls(), network_backend=_CheckedNetwork(deadline), max_connections=1
        )

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send the request as it is: no proxy, no cookies, no redirects."""
        answer = self._pool.handle_request(
            httpcore2.Request(
                method=request.method,
                url=httpcore2.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
                content=cast("Iterable[bytes]", request.stream),
                extensions=request.extensions,
            )
        )
        return httpx2.Response(answer.status, headers=answer.headers, stream=_Body(answer))

    def close(self) -> None:
        """Close the connection."""
        self._pool.close()


class _Body(httpx2.SyncByteStream):
    def __init__(self, answer: httpcore2.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


class _CheckedNetwork(httpcore2.NetworkBackend):
    def __init__(self, deadline: float) -> None:
        self._deadline = deadline
        self._sockets = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        failure: Exception | None = None
        checked = addresses.resolve(host, port, deadline=self._deadline)
        for address in checked[:MAX_ADDRESSES_TRIED]:
            try:
                stream = self._sockets.connect_tcp(
                    str(address), port, timeout=min(CONNECT_SECONDS, remaining(self._deadline))
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
            else:
                return BoundedStream(stream, lambda _timeout: remaining(self._deadline))
        raise failure or httpcore2.ConnectError

    def connect_unix_socket(self, path: str, *args: Any, **kwargs: Any) -> httpcore2.NetworkStream:
        raise httpcore2.ConnectError("the outside web has no unix sockets")


@cache
def _tls() -> ssl.SSLContext:
    """The certificates to trust: the system's, or those an operator names in SSL_CERT_FILE."""
    return httpx2.create_ssl_context()
