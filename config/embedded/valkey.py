"""A private Valkey (or Redis): loopback only, a random password, nothing kept on disk.

Everything in it can be lost: pages are cached again, and lost wake-ups are found by the sweepers.
"""

import contextlib
import secrets
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

from config import children
from config.embedded import binaries
from config.embedded.refusal import ServiceRefused

ATTEMPTS = 5  # the free port may be taken by somebody else before the server opens it
START_LIMIT = 20.0  # seconds
DATABASES = 64


class DidNotStart(ServiceRefused):
    """The Redis server ended, or stayed silent, while starting."""


@contextmanager
def serving(run: Path) -> Iterator[str]:
    """Serve until the end of the block, with `run` as its folder; yields the Redis URL.

    Raises ServiceRefused.
    """
    program = binaries.redis_program()
    log = run / "redis.log"
    for _ in range(ATTEMPTS):
        password, port = secrets.token_urlsafe(24), _free_port()
        server = _start(program, run=run, log=log, port=port, password=password)
        with contextlib.ExitStack() as stack:
            stack.callback(children.stop, server)
            if _answers(server, port, password):
                yield f"redis://:{password}@127.0.0.1:{port}/0"
                return
    last = "\n".join(log.read_text(errors="replace").splitlines()[-8:])
    raise DidNotStart(f"{program.name} did not start:\n{last}")


def _start(
    program: Path, *, run: Path, log: Path, port: int, password: str
) -> subprocess.Popen[bytes]:
    config = f"""
        bind 127.0.0.1
        port {port}
        requirepass {password}
        databases {DATABASES}
        maxmemory-policy noeviction
        save ""
        appendonly no
        dir "{run}"
    """
    with log.open("wb") as output:
        # Through standard input, because everybody on the machine can read a command line.
        server = children.spawn(
            [program, "-"], death_signal=signal.SIGTERM, output=output, stdin=subprocess.PIPE
        )
    assert server.stdin is not None  # noqa: S101 - asked for above
    with contextlib.suppress(BrokenPipeError), server.stdin as config_file:
        config_file.write(config.encode())
    return server


def _answers(server: subprocess.Popen[bytes], port: int, password: str) -> bool:
    deadline = time.monotonic() + START_LIMIT
    with redis.Redis(host="127.0.0.1", port=port, password=password) as client:
        while server.poll() is None and time.monotonic() < deadline:
            with contextlib.suppress(redis.ConnectionError, redis.TimeoutError):
                return bool(client.ping())
            time.sleep(0.02)
    return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
