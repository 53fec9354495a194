"""Readers for benchmarks: kept-alive connections that each ask again as soon as they are answered.

Client and server share the machine, so each cycle of the client's is missing to the server, the
more so the faster the server is: a ratio measured with it is smaller than the true one. It is
therefore as little as possible: one thread, raw sockets, nothing of the answer looked at but its
first line and its length.
"""

import selectors
import socket
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import cycle

from tests.load.stage import Server

TIMEOUT = 30.0


@dataclass
class Round:
    """What some seconds of asking gave."""

    seconds: float
    waits: list[float] = field(default_factory=list)  # seconds, one for each answer
    bytes: int = 0
    # Of the server's workers and of the databases, for all answers together.
    cpu_seconds: float = 0.0
    database_cpu_seconds: float = 0.0

    @property
    def per_second(self) -> float:
        """Answers a second."""
        return len(self.waits) / self.seconds


class UnexpectedAnswer(Exception):
    """A benchmark of errors would be fast and worth nothing."""


def request(path: str, **headers: str) -> bytes:
    """Return a GET as a browser sends it, of what matters."""
    fields = {"Host": "127.0.0.1", "Accept": "*/*", "Accept-Encoding": "gzip, deflate, br"}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"GET {path} HTTP/1.1\r\n{lines}\r\n".encode()


def ask(server: Server, requests: list[bytes], *, seconds: float, connections: int = 8) -> Round:
    """Ask for `requests` in turn, over and over. Raises UnexpectedAnswer for all but a 200."""
    wanted = cycle(requests)
    asked_at: dict[socket.socket, float] = {}
    with selectors.DefaultSelector() as selector, ExitStack() as stack:
        readers = [stack.enter_context(_connect(server.port)) for _ in range(connections)]
        began = time.perf_counter()
        done = Round(0.0)
        for reader in readers:
            selector.register(reader, selectors.EVENT_READ)
            asked_at[reader] = time.perf_counter()
            reader.sendall(next(wanted))
        while asked_at:
            ready = selector.select(TIMEOUT)
            if not ready:
                raise UnexpectedAnswer(f"no answer within {TIMEOUT:.0f} s")
            for key, _events in ready:
                reader = key.fileobj
                assert isinstance(reader, socket.socket)
                done.bytes += _read(reader)
                now = time.perf_counter()
                done.waits.append(now - asked_at[reader])
                if now - began < seconds:
                    asked_at[reader] = now
                    reader.sendall(next(wanted))
                else:
                    del asked_at[reader]
        done.seconds = time.perf_counter() - began
    return done


def _connect(port: int) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def _read(connection: socket.socket) -> int:
    """Read one answer, which says its length; returns how many bytes it had."""
    data = connection.recv(1 << 18)
    if not data.startswith(b"HTTP/1.1 200"):
        raise UnexpectedAnswer(data[:300].decode("latin-1"))
    while (end := data.find(b"\r\n\r\n")) < 0:
        data += connection.recv(1 << 18)
    at = data.lower().find(b"content-length:", 0, end)
    if at < 0:
        raise UnexpectedAnswer("The answer does not say its length.")
    missing = end + 4 + int(data[at + 15 : data.find(b"\r", at)]) - len(data)
    total = len(data) + missing
    while missing > 0:
        got = len(connection.recv(1 << 18))
        if not got:
            raise UnexpectedAnswer("The answer ended too early.")
        missing -= got
    return total
