"""An HTTP transport that ends every request by our own deadline and stops reading endless answers.

A read timeout starts anew with each byte, so an answer that drips outlives it; the deadline does
not. Connections are kept open between requests; the deadline belongs to the request.
"""

import ssl
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import httpcore2
import httpx2

MAX_ANSWER_BYTES = 10_000_000
_deadline: ContextVar[float] = ContextVar("deadline")


class AnswerTooLarge(Exception):
    """The answer is larger than any article; reading stopped."""


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Every request inside must be answered, to its last byte, within `seconds` from now."""
    token = _deadline.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _deadline.reset(token)


class DeadlineTransport(httpx2.HTTPTransport):
    """httpx2's own transport over connections that know the deadline."""

    def __init__(self) -> None:
        super().__init__(trust_env=False)
        self._pool = httpcore2.ConnectionPool(
            ssl_context=httpx2.create_ssl_context(),
            network_backend=_BoundedNetwork(),
            max_connections=None,
            max_keepalive_connections=50,
            keepalive_expiry=30,
        )

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send the request. Raises httpx2's exceptions and AnswerTooLarge."""
        response = super().handle_request(request)
        assert isinstance(response.stream, httpx2.SyncByteStream)  # noqa: S101  narrows the type
        response.stream = _BoundedBody(response.stream)
        return response


class _BoundedBody(httpx2.SyncByteStream):
    def __init__(self, stream: httpx2.SyncByteStream) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for piece in self._stream:
            size += len(piece)
            if size > MAX_ANSWER_BYTES:
                raise AnswerTooLarge
            yield piece

    def close(self) -> None:
        self._stream.close()


class _BoundedNetwork(httpcore2.SyncBackend):
    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        stream = super().connect_tcp(host, port, _remaining(timeout), local_address, socket_options)
        return _BoundedStream(stream)


class _BoundedStream(httpcore2.NetworkStream):
    def __init__(self, stream: httpcore2.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _remaining(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _remaining(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, _remaining(timeout))
        return _BoundedStream(stream)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _remaining(timeout: float | None) -> float | None:
    """The shorter of a timeout and what is left. Raises httpcore2.ReadTimeout for nothing left."""
    until = _deadline.get(None)
    if until is None:
        return timeout
    seconds = until - time.monotonic()
    if seconds <= 0:
        raise httpcore2.ReadTimeout
    return seconds if timeout is None else min(timeout, seconds)
