"""What the tests of the page cache share: an empty Redis, and a door with something behind it."""

import io
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django_redis import get_redis_connection

from blog.pagecache import visits
from blog.pagecache.serving import PageCache
from blog.pagecache.store import Store

HTML = [("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "public, s-maxage=60")]


@pytest.fixture(autouse=True)
def _nothing_is_kept_yet() -> Iterator[None]:
    get_redis_connection("default").flushdb()
    yield
    get_redis_connection("default").flushdb()


@dataclass
class Answer:
    """What a server would send."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def is_hit(self) -> bool:
        return "AutoBlog; hit" in self.headers.get("Cache-Status", "")


@dataclass
class Origin:
    """A WSGI application that numbers its answers; `gate` holds it back in the middle of one."""

    keep_seconds: int = 60
    good_until: float | None = None
    status: str = "200 OK"
    headers: list[tuple[str, str]] = field(default_factory=lambda: list(HTML))
    size: int = 1000
    asked: list[str] = field(default_factory=list)
    began: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    gate: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.gate.set()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        query = environ["QUERY_STRING"]
        self.asked.append(f"{environ['PATH_INFO']}?{query}" if query else environ["PATH_INFO"])
        number = len(self.asked)
        self.began.release()
        assert self.gate.wait(20)
        if visit := environ.get(visits.KEY):
            visit.keep_seconds, visit.good_until = self.keep_seconds, self.good_until
        start_response(self.status, list(self.headers))
        return [f"answer {number} ".encode(), b"x" * self.size]


class Door:
    """A page cache as one process has it, asked like a server asks."""

    def __init__(self, application: Any, *, store: Store | None = None) -> None:
        self.store = store or Store()
        self._cache = PageCache(application, store=self.store)

    def ask(self, path: str = "/", method: str = "GET", **headers: str) -> Answer:
        path, _, query = path.partition("?")
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "HTTP_HOST": "testserver",
            "SERVER_NAME": "testserver",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
            **{name.upper(): value for name, value in headers.items()},
        }
        said: list[Any] = []
        parts = self._cache(environ, lambda status, headers, _=None: said.extend((status, headers)))
        body = b"".join(parts)
        getattr(parts, "close", lambda: None)()
        return Answer(int(said[0][:3]), dict(said[1]), body)


@pytest.fixture
def origin() -> Origin:
    return Origin()


@pytest.fixture
def door(origin: Origin) -> Door:
    return Door(origin)


@pytest.fixture
def other(origin: Origin) -> Door:
    """Another process before the same application."""
    return Door(origin)
