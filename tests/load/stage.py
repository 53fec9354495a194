"""Where benchmarks play: private servers, a database for each number of posts, web servers."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

from config import children, running
from config.embedded import missing_services

ROOT = running.ROOT
READY_SECONDS = 120.0
_TICKS = os.sysconf("SC_CLK_TCK")
_PSS = re.compile(r"^Pss: +(\d+) kB", re.MULTILINE)


@contextmanager
def services(
    folder: Path | None = None, *, settings: str = "tests.load.settings", **env: str
) -> Iterator[dict[str, str]]:
    """Yield the environment for programs: PostgreSQL with data that stays, and Redis."""
    folder = folder or running.var_folder() / "load"
    folder.mkdir(parents=True, exist_ok=True)
    with missing_services(data=folder / "postgres") as urls:
        yield {**os.environ, **urls, **env, "DJANGO_SETTINGS_MODULE": settings}


def database(env: dict[str, str], posts: int) -> str:
    """Return the URL of a database with so many posts; made when there is none."""
    name = f"bench_{posts}"
    ours = empty_database(env, name, anew=False)
    env = {**env, "DATABASE_URL": ours}
    if _posts_in(ours) != posts:
        say(f"Making {posts:,} posts ...")
        try:
            run("-m", "tests.load.fill", str(posts), env=env)
        except subprocess.CalledProcessError:
            with psycopg.connect(
                env["DATABASE_URL"].replace(name, "postgres"), autocommit=True
            ) as admin:
                admin.execute(f"DROP DATABASE {name}")
            raise
    return ours


def empty_database(env: dict[str, str], name: str, *, anew: bool = True) -> str:
    """Return the URL of a database with our tables; `anew`: with nothing in them."""
    ours = urlunsplit(urlsplit(env["DATABASE_URL"])._replace(path=f"/{name}"))
    with psycopg.connect(ours.replace(name, "postgres"), autocommit=True) as admin:
        if anew:
            admin.execute(f"DROP DATABASE IF EXISTS {name}")
        if not admin.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone():
            admin.execute(f"CREATE DATABASE {name}")
    run("manage.py", "migrate", "--verbosity=0", env={**env, "DATABASE_URL": ours})
    return ours


def _posts_in(url: str) -> int:
    with psycopg.connect(url) as connection:
        [count] = connection.execute("SELECT count(*) FROM blog_post").fetchone() or [0]
        return int(count)


def run(*words: str, env: dict[str, str]) -> None:
    """Run a program of ours to its end. Raises CalledProcessError."""
    subprocess.run([sys.executable, *words], cwd=ROOT, env=env, check=True)


@dataclass
class Server:
    """A gunicorn of ours."""

    process: subprocess.Popen[bytes]
    port: int

    def cpu_seconds(self) -> float:
        """Return what its workers have used of processors so far."""
        return sum(map(_cpu_seconds, _children_of(self.process.pid)))


@contextmanager
def serving(
    application: str,
    env: dict[str, str],
    *,
    workers: int = 2,
    log: Path | None = None,
    port: int | None = None,
) -> Iterator[Server]:
    """Serve a WSGI application as the site is served: the same gunicorn, the same settings."""
    port = port or free_port()
    argv = [
        *(sys.executable, "-m", "gunicorn", "--config=python:config.gunicorn"),
        *(application, f"--bind=127.0.0.1:{port}"),
    ]
    env = {"WEB_CONCURRENCY": str(workers), "LOG_LEVEL": "INFO", **env}
    with (log or Path(os.devnull)).open("ab") as output:
        process = children.spawn(
            argv, death_signal=signal.SIGQUIT, output=output, env=env, cwd=ROOT
        )
    try:
        _await(process, port)
        yield Server(process, port)
    finally:
        children.stop(process, grace=10)


def _await(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
            try:
                connection.request("GET", "/robots.txt")
                if connection.getresponse().status == 200:
                    return
            except OSError:
                pass
        time.sleep(0.1)
    raise SystemExit("The web server did not start. Run it by hand to see why.")


def cpu_of(pid: int) -> float:
    """Return what a program has used of processors so far, its children included, seconds."""
    return _cpu_seconds(pid) + sum(map(_cpu_seconds, _children_of(pid)))


def cpu_of_database(database: str | psycopg.Connection[Any]) -> float:
    """Return what the PostgreSQL behind a URL, or a connection to it, has used so far, seconds.

    0 where it is elsewhere.
    """
    if isinstance(database, str):
        with psycopg.connect(database) as connection:
            return cpu_of_database(connection)
    parent = Path(f"/proc/{database.info.backend_pid}/stat")
    if not parent.exists():
        return 0.0
    return cpu_of(int(parent.read_text().rpartition(")")[2].split()[1]))


def _cpu_seconds(pid: int) -> float:
    """Its own, and that of the children that have ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / _TICKS


def memory_of(pid: int) -> float:
    """Return what a program and its children hold in memory, MB; what they share counts once."""
    kept = [Path(f"/proc/{one}/smaps_rollup") for one in [pid, *_children_of(pid)]]
    sizes = [_PSS.search(file.read_text()) for file in kept if file.exists()]
    return sum(int(size[1]) for size in sizes if size) / 1024


def _children_of(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def say(text: str) -> None:
    """Say how far it is, beside the figures."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def newest_post(url: str) -> str:
    """Return the path of the newest public post in the default language."""
    with psycopg.connect(url) as connection:
        [slug] = connection.execute(
            "SELECT slug FROM blog_post WHERE approved_revision_id IS NOT NULL"
            " AND publish_at <= now() AND language = 'en' ORDER BY publish_at DESC LIMIT 1"
        ).fetchone() or [""]
    return f"/posts/{slug}/"
