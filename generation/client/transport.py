"""An HTTP transport that ends every request by our own deadline and stops reading endless answers.

A read timeout starts anew with each byte, so an answer that drips outlives it; the deadline does
not. Connections are kept open between requests; the deadline belongs to the request.
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import httpcore2
import httpx2

from blog.fetching.deadlines import BoundedStream, remaining

MAX_ANSWER_BYTES = 10_000_000
_deadline: ContextVar[float] = ContextVar("deadline")
_most_bytes: ContextVar[int] = ContextVar("most_bytes", default=MAX_ANSWER_BYTES)


class AnswerTooLarge(Exception):
    """The answer is larger than it can rightly be; reading stopped."""


@contextmanager
def bounds(*, seconds: float, most_bytes: int = MAX_ANSWER_BYTES) -> Iterator[None]:
    """Every request inside must be answered, to its last byte, within `seconds` from now."""
    until = _deadline.set(time.monotonic() + seconds)
    size = _most_bytes.set(most_bytes)
    try:
        yield
    finally:
        _most_bytes.reset(size)
        _deadline.reset(until)


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
        # Nothing packed was asked for: unpacked, a few bytes are as many as the sender likes.
        response.headers.pop("content-encoding", None)
        assert isinstance(response.stream, httpx2.SyncByteStream)  # noqa: S101  narrows the type
        response.stream = _BoundedBody(response.stream)
        return response


class _BoundedBody(httpx2.SyncByteStream):
    def __init__(self, stream: httpx2.SyncByteStream) -> None:
        self._stream = stream
        self._most_bytes = _most_bytes.get()

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for piece in self._stream:
            size += len(piece)
            if size > self._most_bytes:
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
        stream = super().connect_tcp(host, port, _bound(timeout), local_address, socket_options)
        return BoundedStream(stream, _bound)


def _bound(timeout: float | None) -> float | None:
    """The shorter of a timeout and what is left. Raises httpcore2.ReadTimeout for nothing left."""
    until = _deadline.get(None)
    if until is None:
        return timeout
    seconds = remaining(until)
    return seconds if timeout is None else min(timeout, seconds)
