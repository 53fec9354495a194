"""An answer as it is kept: its bytes compressed once, its freshness said anew to each who asks."""

import gzip
import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.http import http_date, parse_http_date_safe

from blog.pagecache import freshness
from blog.pagecache.keys import Environ
from blog.pagecache.visits import Visit

StartResponse = Callable[[str, list[tuple[str, str]]], Any]
Headers = list[tuple[str, str]]

MAX_BYTES = 1_000_000
_SMALLEST_COMPRESSED = 300  # bytes; below, compression gains nothing
_COMPRESSED_KINDS = ("text/", "application/json", "application/xml", "image/svg+xml")
_STATUSES = ("200", "301", "404", "410")
# What is said anew with each answer.
_OURS = {"cache-control", "content-length", "etag", "last-modified", "vary"}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One answer of Django's, and how long it is true."""

    version: str
    status: str
    headers: Headers
    body: bytes
    is_gzipped: bool
    etag: str
    # Seconds of the epoch: when it began to be what it is, ...
    modified: int
    # ... until when it is served without asking, and from when on it is wrong (None: not known).
    fresh_until: float
    good_until: float | None
    keep_seconds: int

    def pack(self) -> bytes:
        """Return it as bytes: a line of JSON, and the body."""
        facts = {name: value for name, value in vars(self).items() if name != "body"}
        return json.dumps(facts).encode() + b"\n" + self.body

    @classmethod
    def unpack(cls, packed: bytes) -> "Entry | None":
        """Return the entry that `pack` made; None for what another release of ours has kept."""
        line, _, body = packed.partition(b"\n")
        try:
            facts = json.loads(line)
            facts["headers"] = [(name, value) for name, value in facts["headers"]]
            return cls(body=body, **facts)
        except (ValueError, TypeError, KeyError):
            return None

    def is_fresh(self, now: float) -> bool:
        """Whether it may be served as it is."""
        return now < self.fresh_until and self.is_good(now)

    def is_good(self, now: float) -> bool:
        """Whether it still says what is true, as far as the clock can tell."""
        return self.good_until is None or now < self.good_until


def make(
    visit: Visit,
    status: str,
    headers: Headers,
    parts: Iterable[bytes],
    *,
    now: float,
    previous: Entry | None = None,
) -> Entry:
    """Return the entry for an answer that `may_be_kept`."""
    body = b"".join(parts)
    etag = f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'
    kind = next((value for name, value in headers if name.lower() == "content-type"), "")
    is_gzipped = len(body) >= _SMALLEST_COMPRESSED and (
        kind.startswith(_COMPRESSED_KINDS) or "+json" in kind or "+xml" in kind
    )
    return Entry(
        version=visit.version,
        status=status,
        headers=[(name, value) for name, value in headers if name.lower() not in _OURS],
        # No time inside: the same page is the same bytes.
        body=gzip.compress(body, compresslevel=6, mtime=0) if is_gzipped else body,
        is_gzipped=is_gzipped,
        etag=etag,
        modified=_modified(etag, previous, now),
        fresh_until=now + visit.keep_seconds,
        good_until=visit.good_until,
        keep_seconds=visit.keep_seconds,
    )


def may_be_kept(visit: Visit, status: str, headers: Headers) -> bool:
    """Whether the answer asked to be kept, and nothing in it is for one reader only."""
    if not visit.keep_seconds or not status.startswith(_STATUSES):
        return False
    said = {name.lower(): value for name, value in headers}
    return (
        "set-cookie" not in said
        and said.get("vary", "").lower() in ("", "accept-encoding")
        and "s-maxage" in said.get("cache-control", "")
        # A number that is used once must not be used twice.
        and "'nonce-" not in said.get("content-security-policy", "")
    )


class Copy:
    """An entry in the process, with the answers that were made of it; good until `until`."""

    def __init__(self, entry: Entry, *, until: float, bumps: int, said: str = "hit") -> None:
        self.entry, self.until, self.bumps = entry, until, bumps
        self._said = said
        self._answers: dict[bool, tuple[Headers, list[bytes]]] = {}

    def answer(self, environ: Environ, start_response: StartResponse) -> list[bytes]:
        """Answer a request: with the page, or with the word that its sender has it already."""
        is_gzipped = self.entry.is_gzipped and _takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", ""))
        if is_gzipped not in self._answers:
            self._answers[is_gzipped] = self._made(is_gzipped=is_gzipped)
        headers, body = self._answers[is_gzipped]
        if self._is_known_to(environ):
            kept = ("ETag", "Cache-Control", "Last-Modified", "Vary", "Cache-Status")
            start_response("304 Not Modified", [pair for pair in headers if pair[0] in kept])
            return []
        start_response(self.entry.status, list(headers))
        return [] if environ["REQUEST_METHOD"] == "HEAD" else body

    def _made(self, *, is_gzipped: bool) -> tuple[Headers, list[bytes]]:
        entry = self.entry
        needs_unpacking = entry.is_gzipped and not is_gzipped
        body = gzip.decompress(entry.body) if needs_unpacking else entry.body
        # It may be served until the end of the copy, so it is true for that much less.
        room = None if entry.good_until is None else entry.good_until - self.until
        headers = [
            *entry.headers,
            ("Cache-Control", freshness.cache_control(entry.keep_seconds, room=room)),
            # Weak: the same page, whether compressed or not.
            ("ETag", f"W/{entry.etag}"),
            ("Last-Modified", http_date(entry.modified)),
            ("Vary", "Accept-Encoding"),
            ("Content-Length", str(len(body))),
            ("Cache-Status", f"AutoBlog; {self._said}"),
        ]
        if is_gzipped:
            headers.append(("Content-Encoding", "gzip"))
        return headers, [body]

    def _is_known_to(self, environ: Environ) -> bool:
        if not self.entry.status.startswith("200"):
            return False
        if known := environ.get("HTTP_IF_NONE_MATCH"):
            return self.entry.etag in known or known.strip() == "*"
        if since := environ.get("HTTP_IF_MODIFIED_SINCE"):
            at = parse_http_date_safe(since)
            return at is not None and self.entry.modified <= at
        return False


def _takes_gzip(accepted: str) -> bool:
    if "gzip" not in accepted:
        return False
    return "gzip;q=0" not in accepted.replace(" ", "") or "gzip;q=0." in accepted.replace(" ", "")


def _modified(etag: str, previous: Entry | None, now: float) -> int:
    """Return since when it is what it is: a page that came out the same is not younger.

    Two different ones never have the same second: some feed readers ask with the date alone.
    """
    if previous is None:
        return int(now)
    return previous.modified if previous.etag == etag else max(int(now), previous.modified + 1)
