"""A local web of invented publishers: real HTTP on 127.0.0.1, well and badly behaved.

In tests it is the fixture `web`; by hand, `python -m tests.web_server --port 0` prints its address.
"""

import argparse
import gzip
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from tests.web_fixtures import feeds, pages, texts
from tests.web_fixtures.stories import CHANGELOG, HEAT_PUMPS, INJECTION, LIGHTHOUSE, NIGHT_TRAMS

HTML = "text/html; charset=utf-8"
RSS = "application/rss+xml; charset=UTF-8"
MEGABYTE = b"<p>" + b"All work and no play. " * 47_662 + b"</p>"
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"
ZIP = b"PK\x03\x04\x14\x00\x00\x00\x08\x00" + bytes(range(256))
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(64)

Body = bytes | Iterator[bytes]


@dataclass(frozen=True)
class Seen:
    """A request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Answer:
    """What to send; an iterator as body is sent in chunks, as they come."""

    status: int = 200
    content_type: str | None = HTML
    body: Body = b""
    headers: dict[str, str] = field(default_factory=dict)


class WebServer(ThreadingHTTPServer):
    """The publishers; `requests` holds everything they were asked."""

    daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.requests: list[Seen] = []
        self.extra: dict[str, Answer] = {}
        self.closing = threading.Event()

    @property
    def base(self) -> str:
        """The address of the server, without a slash at the end."""
        return f"http://127.0.0.1:{self.server_port}"

    def url(self, path: str) -> str:
        """The address of a page."""
        return self.base + path

    def serve(
        self, path: str, body: Body, content_type: str | None = HTML, **answer: object
    ) -> str:
        """Serve one more page and return its address."""
        self.extra[path] = Answer(body=body, content_type=content_type, **answer)  # type: ignore[arg-type]
        return self.url(path)

    def asked(self, path: str) -> list[Seen]:
        """The requests for one path, oldest first."""
        return [seen for seen in self.requests if seen.path.split("?")[0] == path]

    def answer(self, seen: Seen) -> Answer:
        """What to answer to a request."""
        parts = urlsplit(seen.path)
        if parts.path in self.extra:
            return _unless_known(seen, self.extra[parts.path])
        if parts.path in PAGES:
            content_type, make = PAGES[parts.path]
            return Answer(content_type=content_type, body=make(self.base))
        for prefix, behave in BEHAVIOURS.items():
            if parts.path.startswith(prefix):
                return behave(self, seen, parts.path.removeprefix(prefix), parse_qs(parts.query))
        return Answer(status=404, body=b"<h1>Not here</h1>")

    def handle_error(self, request: object, client_address: object) -> None:
        """Readers that hang up in the middle are what this server is for."""


def _unless_known(seen: Seen, answer: Answer) -> Answer:
    """The answer, or 304 to whoever shows the ETag that it carries."""
    etag = answer.headers.get("etag")
    if etag and seen.headers.get("if-none-match") == etag:
        return Answer(status=304, content_type=None, headers=answer.headers)
    return answer


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: WebServer

    def do_GET(self) -> None:
        self._respond()

    def do_POST(self) -> None:
        self._respond()

    def _respond(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        headers = {name.lower(): value for name, value in self.headers.items()}
        seen = Seen(self.command, self.path, headers, self.rfile.read(length))
        self.server.requests.append(seen)
        answer = self.server.answer(seen)
        if answer.status == 0:  # hang up without a word
            self.close_connection = True
            return
        self.send_response(answer.status)
        if answer.content_type is not None:
            self.send_header("content-type", answer.content_type)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if isinstance(answer.body, bytes):
            if "content-length" not in answer.headers:
                self.send_header("content-length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)
        else:
            self.send_header("transfer-encoding", "chunked")
            self.end_headers()
            self._send_chunks(answer.body)

    def _send_chunks(self, body: Iterator[bytes]) -> None:
        for chunk in body:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
            self.wfile.flush()
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, *args: object) -> None:
        """Say nothing: the tests look at `requests`."""


def _text(make: Callable[[], str]) -> Callable[[str], bytes]:
    return lambda base: make().encode()


def _feed(make: Callable[[str], str], encoding: str = "utf-8") -> Callable[[str], bytes]:
    return lambda base: make(base).encode(encoding)


def _bakery(encoding: str, meta: str = "") -> Callable[[str], bytes]:
    return lambda base: pages.bakery(meta=meta).encode(encoding, "xmlcharrefreplace")


PAGES: dict[str, tuple[str | None, Callable[[str], bytes]]] = {
    NIGHT_TRAMS.path: (HTML, _text(pages.night_trams)),
    HEAT_PUMPS.path: ("text/html", _text(pages.heat_pumps)),
    CHANGELOG.path: (HTML, _text(pages.changelog)),
    INJECTION.path: (HTML, _text(pages.reservoir)),
    LIGHTHOUSE.path: ("text/plain", lambda base: texts.LIGHTHOUSE_LOG.encode()),
    "/texts/seed-library.md": ("text/markdown", lambda base: texts.SEED_LIBRARY.encode()),
    "/articles/app.html": (HTML, _text(pages.script_only)),
    "/feeds/wordpress.xml": (RSS, _feed(feeds.wordpress)),
    "/feeds/as-html.xml": ("text/html", _feed(feeds.wordpress)),
    "/feeds/as-bytes.xml": ("application/octet-stream", _feed(feeds.wordpress)),
    "/feeds/untyped.xml": (None, _feed(feeds.wordpress)),
    "/feeds/atom.xml": ("application/atom+xml", _feed(feeds.atom)),
    "/feeds/feed.json": (
        "application/feed+json",
        lambda base: json.dumps(feeds.json_feed(base)).encode(),
    ),
    "/feeds/rdf.xml": ("text/xml", _feed(feeds.rdf, "iso-8859-1")),
    "/feeds/malformed.xml": (RSS, _feed(feeds.malformed)),
    "/feeds/hopeless.xml": (RSS, _feed(feeds.hopeless)),
    "/feeds/bomb.xml": (RSS, _feed(feeds.bomb)),
    "/feeds/external-entity.xml": (RSS, _feed(feeds.external_entity)),
    "/encodings/utf8-declared.html": (HTML, _bakery("utf-8")),
    "/encodings/utf8-meta.html": ("text/html", _bakery("utf-8", "utf-8")),
    "/encodings/utf8-undeclared.html": ("text/html", _bakery("utf-8")),
    "/encodings/utf8-called-latin1.html": ("text/html; charset=iso-8859-1", _bakery("utf-8")),
    "/encodings/utf8-bom.html": ("text/html", _bakery("utf-8-sig")),
    "/encodings/utf16.html": ("text/html", _bakery("utf-16")),
    "/encodings/latin1-declared.html": ("text/html; charset=ISO-8859-1", _bakery("latin-1")),
    "/encodings/latin1-meta.html": ("text/html", _bakery("latin-1", "iso-8859-1")),
    "/encodings/latin1-undeclared.html": ("text/html", _bakery("latin-1")),
    "/encodings/latin1-called-utf8.html": ("text/html; charset=utf-8", _bakery("latin-1")),
    "/encodings/cp1252-declared.html": ("text/html; charset=windows-1252", _bakery("cp1252")),
    "/encodings/cp1252-meta.html": ("text/html", _bakery("cp1252", "windows-1252")),
    "/encodings/cp1252-undeclared.html": ("text/html", _bakery("cp1252")),
    "/encodings/cp1252-called-latin1.html": ("text/html; charset=iso-8859-1", _bakery("cp1252")),
    "/wrong/file.pdf": ("application/pdf", lambda base: PDF),
    "/wrong/archive.zip": ("application/zip", lambda base: ZIP),
    "/wrong/picture.png": ("image/png", lambda base: PNG),
    "/wrong/pdf-called-html": ("text/html", lambda base: PDF),
    "/wrong/png-untyped": (None, lambda base: PNG),
    "/empty": (HTML, lambda base: b""),
    "/blank": (HTML, lambda base: b" \n\t "),
}

Query = dict[str, list[str]]


def _status(server: WebServer, seen: Seen, rest: str, query: Query) -> Answer:
    """/status/404 answers 404."""
    return Answer(status=int(rest), body=b"<h1>Sorry</h1>", headers={"retry-after": "7"})


def _redirect(server: WebServer, seen: Seen, rest: str, query: Query) -> Answer:
    """/redirect/3?to=/path goes there in 3 steps; /redirect/loop never arrives."""
    to = query.get("to", [NIGHT_TRAMS.path])[0]
    if rest == "loop":
        to = "/redirect/loop"
    elif int(rest) > 1:
        to = f"/redirect/{int(rest) - 1}?to={to}"
    return Answer(status=302, headers={"location": to})


def _drip(server: WebServer, seen: Seen, rest: str, query: Query) -> Answer:
    """A page that sends one byte every tenth of a second for a minute."""

    def body() -> Iterator[bytes]:
        for _ in range(600):
            yield b"."
            if server.closing.wait(0.1):
                return

    return Answer(body=body())


def _hang(server: WebServer, seen: Seen, rest: str, query: Query) -> Answer:
    """A server that takes the request and never says anything."""
    server.closing.wait(60)
    return Answer(status=0)


def _huge(server: WebServer, seen: Seen, rest: str, query: Query) -> Answer:
    """/huge/50 sends 50 MB that are made while they are sent."""
    return Answer(body=(MEGABYTE for _ in range(int(rest))))


def _bomb(server: WebServer, seen: Seen, rest: str, query: Query) -> Answer:
    """100 kB of gzip that are 100 MB of text."""
    packed = gzip.compress(b"<p>" + b"A" * 100_000_000 + b"</p>", 9)
    return Answer(body=packed, headers={"content-encoding": "gzip"})


def _gzip(server: WebServer, seen: Seen, rest: str, query: Query) -> Answer:
    """A compressed page as most servers send it."""
    packed = gzip.compress(pages.night_trams().encode())
    return Answer(body=packed, headers={"content-encoding": "gzip"})


def _cut(server: WebServer, seen: Seen, rest: str, query: Query) -> Answer:
    """A page whose connection breaks before all of it has come."""
    return Answer(body=b"<p>Half a page", headers={"content-length": "5000", "connection": "close"})


def _cached(server: WebServer, seen: Seen, rest: str, query: Query) -> Answer:
    """A page with an ETag that answers 304 to whoever knows it."""
    headers = {"etag": '"v1"', "last-modified": "Sat, 14 Mar 2026 05:30:00 GMT"}
    return _unless_known(seen, Answer(body=pages.night_trams().encode(), headers=headers))


def _hook(server: WebServer, seen: Seen, rest: str, query: Query) -> Answer:
    """/hook/204 takes a message and answers 204."""
    return Answer(status=int(rest), content_type="application/json", body=b'{"ok": true}')


def _slow(server: WebServer, seen: Seen, rest: str, query: Query) -> Answer:
    """/slow/2 answers with the night trams after 2 seconds."""
    server.closing.wait(float(rest))
    return Answer(body=pages.night_trams().encode())


BEHAVIOURS: dict[str, Callable[[WebServer, Seen, str, Query], Answer]] = {
    "/status/": _status,
    "/redirect/": _redirect,
    "/drip": _drip,
    "/hang": _hang,
    "/huge/": _huge,
    "/gzip-bomb": _bomb,
    "/gzip": _gzip,
    "/cut": _cut,
    "/cached": _cached,
    "/hook/": _hook,
    "/slow/": _slow,
}


@contextmanager
def running(port: int = 0) -> Iterator[WebServer]:
    """The server, answering until the block ends."""
    server = WebServer(port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    with running(parser.parse_args().port) as server:
        print(server.base, flush=True)  # noqa: T201
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            pass


if __name__ == "__main__":
    main()
