"""Ends what happens on a network connection by a deadline, however slowly the other side drips."""

import ssl
import time
from collections.abc import Callable
from typing import Any

import httpcore2

_WRITE_BYTES = 16_384

# From the timeout that the HTTP library asks for to the seconds that may really pass.
Bound = Callable[[float | None], float | None]


class BoundedStream(httpcore2.NetworkStream):
    """A stream whose every operation takes no longer than `bound` allows at its beginning."""

    def __init__(self, stream: httpcore2.NetworkStream, bound: Bound) -> None:
        self._stream = stream
        self._bound = bound

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._bound(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        # In pieces: the timeout of a write starts anew with each byte that gets through.
        for start in range(0, len(buffer), _WRITE_BYTES):
            self._stream.write(buffer[start : start + _WRITE_BYTES], self._bound(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, self._bound(timeout))
        return BoundedStream(stream, self._bound)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def remaining(deadline: float) -> float:
    """Return the seconds left until `deadline` (monotonic clock).

    Raises httpcore2.ReadTimeout when there are none.
    """
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise httpcore2.ReadTimeout
    return seconds
