"""The door: answers from what is kept, or has Django make the page, once for all who wait for it.

It stands before Django's handler, so a page that is kept costs neither middleware nor signals.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from blog.pagecache import copies, entries, keys, visits
from blog.pagecache.entries import Copy, Entry, Headers, StartResponse
from blog.pagecache.keys import Environ
from blog.pagecache.store import Found, Store, pages
from blog.pagecache.visits import Visit

# Django's handler, whose answer is iterable though its type does not say so.
Application = Callable[..., Any]

PATIENCE_SECONDS = 1.0  # with another thread or process that makes the page
_LOOKS_EVERY = 0.03
# A page is stored whole, whatever the one who happened to come first has of it already.
_CONDITIONS = {"HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE", "HTTP_IF_RANGE"}


class PageCache:
    """A WSGI application around Django's."""

    def __init__(self, application: Application, *, store: Store = pages) -> None:
        self._application, self._store = application, store
        self._keys = keys.Keys()
        self._copies = copies.Copies()
        self._makers = copies.Makers()

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Any:
        """Answer a request."""
        key = self._keys.of(environ)
        if key is None:
            return self._application(environ, start_response)
        copy = self._copies.get(key, now=time.time(), bumps=self._store.bumps)
        if copy is not None:
            return copy.answer(environ, start_response)
        return self._fetch(key, environ).answer(environ, start_response)

    def _fetch(self, key: str, environ: Environ) -> "Copy | Passed":
        """Look in Redis or make the page; only one thread of the process does for one key."""
        with self._makers.making(key) as (making, is_ours):
            if not is_ours:
                return making.wait(PATIENCE_SECONDS) or self._ask(environ, key, Visit())[0]
            asked_at = time.time()
            found = self._store.find(key)
            copy = self._usable(found, asked_at)
            token = ""
            if copy is None:
                copy, token = self._wait_or_lock(key, found, making)
            if copy is not None:
                self._copies.put(key, copy)
                making.share(copy)
                return copy
            return self._make(key, environ, found, token, making)

    def _usable(self, found: Found, at: float, *, may_be_stale: bool = False) -> Copy | None:
        """Return a copy of what was found, if it was made under this version and is still good."""
        entry = found.entry
        if entry is None or entry.version != found.version:
            return None
        if not (entry.is_good(at) if may_be_stale else entry.is_fresh(at)):
            return None
        return _copy(entry, found, at, said="hit; detail=stale" if may_be_stale else "hit")

    def _wait_or_lock(
        self, key: str, found: Found, making: copies.Making
    ) -> tuple[Copy | None, str]:
        """Return what to show meanwhile, or the token of the lock with which to make the page."""
        if not found.version:
            return None, ""
        stale = self._usable(found, time.time(), may_be_stale=True)
        if token := self._store.lock(key):
            if stale is not None:
                # Whoever asks while we make the new one has the old one.
                self._copies.put(key, stale)
                making.share(stale)
            return None, token
        return stale or self._wait_for_others(key), ""

    def _wait_for_others(self, key: str) -> Copy | None:
        """Wait for another process to make the page."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            time.sleep(_LOOKS_EVERY)
            at = time.time()
            if copy := self._usable(self._store.find(key), at):
                return copy
        return None

    def _make(
        self, key: str, environ: Environ, found: Found, token: str, making: copies.Making
    ) -> "Copy | Passed":
        began_at = time.time()
        answer, entry = self._ask(environ, key, Visit(version=found.version), found)
        if entry is None:
            if token:
                self._store.unlock(key)
            return answer
        now = time.time()
        is_current = found.bumps == self._store.bumps
        if found.version and entry.is_good(now):
            is_current &= self._store.keep(key, entry, token=token, now=now)
        if is_current:
            copy = _copy(entry, found, began_at)
            self._copies.put(key, copy)
            making.share(copy)
        return answer

    def _ask(
        self, environ: Environ, key: str, visit: Visit, found: Found | None = None
    ) -> "tuple[Copy | Passed, Entry | None]":
        """Have Django answer; returns the answer, and the entry if it may be kept."""
        asked = {name: value for name, value in environ.items() if name not in _CONDITIONS}
        asked |= {
            "REQUEST_METHOD": "GET",
            "QUERY_STRING": keys.query_of(key),
            visits.KEY: visit,
        }
        passed = Passed()
        passed.body = self._application(asked, passed.start)
        if getattr(passed.body, "streaming", False) or not entries.may_be_kept(
            visit, passed.status, passed.headers
        ):
            return passed, None
        now = time.time()
        try:
            entry = entries.make(
                visit,
                passed.status,
                passed.headers,
                passed.body,
                now=now,
                previous=found.entry if found else None,
            )
        finally:
            passed.close()
        bumps = found.bumps if found else 0
        answer = Copy(entry, until=now, bumps=bumps, said="fwd=uri-miss")
        return answer, entry if len(entry.body) <= entries.MAX_BYTES else None


@dataclass
class Passed:
    """An answer of Django's that goes to the one who asked, and to nobody else."""

    status: str = ""
    headers: Headers = field(default_factory=list)
    body: Iterable[bytes] = ()

    def start(self, status: str, headers: Headers, _problem: Any = None) -> None:
        """Take what Django would tell the server."""
        self.status, self.headers = status, headers

    def answer(self, _environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Pass it on."""
        start_response(self.status, self.headers)
        return self.body

    def close(self) -> None:
        """Tell Django that the answer was read: it gives back its connections."""
        getattr(self.body, "close", lambda: None)()


def _copy(entry: Entry, found: Found, asked_at: float, *, said: str = "hit") -> Copy:
    until = asked_at + copies.SECONDS
    if entry.good_until is not None:
        until = min(until, entry.good_until)
    return Copy(entry, until=until, bumps=found.bumps, said=said)
