"""PostgreSQL and Redis that die in the middle of the work and come back at the same address."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import redis

from config import children
from config.embedded import binaries, postgres
from tests.load import stage


class Database:
    """A private PostgreSQL that keeps what was committed, whatever happens to its processes."""

    def __init__(self, run: Path, lock: int) -> None:
        self._run, self._lock = run, lock
        self._life = ExitStack()
        self.url = ""
        self.start()
        # The embedded server is careless about the machine's death, not about its own.
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("ALTER ROLE CURRENT_USER SET synchronous_commit = on")

    def start(self) -> None:
        """Begin to serve, at the same socket as before."""
        self.url = self._life.enter_context(postgres.serving(self._run, self._lock))

    def kill(self) -> None:
        """End all of its processes at once, without a checkpoint."""
        pid = int((self._run / "data" / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGQUIT)
        self.close()

    def close(self) -> None:
        """Wait for its end."""
        self._life.close()
        self._life = ExitStack()
        shutil.rmtree(self._run / "socket", ignore_errors=True)

    def url_of(self, name: str) -> str:
        """Return the URL of another database of this server."""
        return urlunsplit(urlsplit(self.url)._replace(path=f"/{name}"))

    def copy(self, template: str, name: str) -> None:
        """Make a database from another one."""
        with psycopg.connect(self.url_of("postgres"), autocommit=True) as admin:
            admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            admin.execute(f"CREATE DATABASE {name} TEMPLATE {template}")

    def terminate_backends(self, name: str) -> int:
        """End all connections to a database; returns how many there were."""
        with psycopg.connect(self.url_of("postgres"), autocommit=True) as admin:
            rows = admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = %s AND pid <> pg_backend_pid()",
                [name],
            ).fetchall()
        return len(rows)


class Broker:
    """A private Valkey that forgets everything when it dies."""

    def __init__(self, run: Path) -> None:
        self._run = run
        self._port = stage.free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def url(self, number: int = 0) -> str:
        """Return the URL of one of its databases."""
        return f"redis://127.0.0.1:{self._port}/{number}"

    def start(self) -> None:
        """Begin to serve, at the same port as before."""
        words = ["--bind", "127.0.0.1", "--port", str(self._port), "--save", "", "--dir", self._run]
        with (self._run / "broker.log").open("ab") as log:
            self._process = children.spawn(
                [binaries.redis_program(), *words], death_signal=signal.SIGKILL, output=log
            )
        while True:
            with contextlib.suppress(redis.ConnectionError), self.client() as client:
                client.ping()
                return

    def kill(self) -> None:
        """End it at once."""
        assert self._process
        self._process.kill()
        self._process.wait()

    def forget(self, number: int | None = None) -> None:
        """Forget everything, or what is in one of the databases."""
        with self.client(number or 0) as client:
            client.flushall() if number is None else client.flushdb()

    def client(self, number: int = 0) -> redis.Redis:
        """Return a connection."""
        return redis.Redis.from_url(self.url(number))


@contextlib.contextmanager
def program(module: str, *words: object, log: Path, **env: str):
    """Run a server of ours as a program; yields the URL that it prints first."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", module, *map(str, words)],
            cwd=stage.ROOT,
            env={**os.environ, **env},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=output,
            preexec_fn=children.die_with(os.getpid(), signal.SIGKILL),
        )
    try:
        assert process.stdout
        yield process.stdout.readline().decode().strip()
    finally:
        process.kill()
        process.communicate()
