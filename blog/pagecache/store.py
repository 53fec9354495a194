"""What all processes share, in Redis: the version of the site, and pages made under it.

Without Redis nothing is kept here and nothing breaks; after an error nobody asks for some seconds.
A version that could not be written leaves pages behind that end by themselves: see `freshness`.
"""

import secrets
import time
from dataclasses import dataclass
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django_redis import get_redis_connection
from redis.exceptions import RedisError

from blog import replica
from blog.pagecache import keys
from blog.pagecache.entries import Entry

log = structlog.get_logger(__name__)

STALE_SECONDS = 30  # for which a page that is old, but not wrong, may still be shown
LOCK_SECONDS = 2
_SILENCE_SECONDS = 2.0  # after an error
_WINDOW_SECONDS = 60
# Which part of the memory each kind of page may take: a flood of addresses that do not exist, or of
# searches, must not drive out the pages.
_SHARES = {"page": 0.75, "query": 0.2, "missing": 0.05}
# Pages of a window and a half can be there at once, besides the window that begins.
_WINDOWS_KEPT = 2.5

_VERSION = "autoblog:pages:version"
# All at once: what was made under an older version, or is too much for this minute, is not kept.
_KEEP = """
if redis.call('GET', KEYS[3]) == ARGV[2] then redis.call('DEL', KEYS[3]) end
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 'outdated' end
local taken = redis.call('INCRBY', KEYS[4], #ARGV[3])
if taken == #ARGV[3] then redis.call('EXPIRE', KEYS[4], ARGV[6]) end
if taken > tonumber(ARGV[5]) then return 'full' end
redis.call('SET', KEYS[2], ARGV[3], 'PX', ARGV[4])
return 'kept'
"""


@dataclass(frozen=True)
class Found:
    """What Redis said: the version (empty: it did not answer), and maybe the page."""

    version: str
    entry: Entry | None
    # How often this process had changed something before it asked.
    bumps: int


class Store:
    """The pages of all processes."""

    def __init__(self) -> None:
        self.bumps = 0
        self._silent_until = 0.0

    def bump(self) -> None:
        """Make everything that was kept worthless. Never raises."""
        # First: whoever reads the new version must know how far a replica has to be.
        replica.note_change()
        try:
            _redis().set(_VERSION, _new_version())
        except RedisError as error:
            log.warning(
                "page_cache_not_invalidated",
                error=type(error).__name__,
                remedy="kept pages end by themselves within a minute",
            )
        # Last: until then a thread of ours may still read the old version.
        self.bumps += 1

    def find(self, key: str) -> Found:
        """Return the version of the site and the page, if there is one that was made under it."""
        bumps = self.bumps
        if time.monotonic() < self._silent_until:
            return Found("", None, bumps)
        try:
            version, packed = _redis().mget(_VERSION, _name(key))
            version = version or self._begin()
        except RedisError as error:
            self._fall_silent(error)
            return Found("", None, bumps)
        entry = Entry.unpack(packed) if packed else None
        return Found(version.decode(), entry, bumps)

    def lock(self, key: str) -> str:
        """Return a token if the page is ours to make for all processes; empty if it is not."""
        token = secrets.token_hex(8)
        try:
            is_ours = _redis().set(_name(key, "lock"), token, nx=True, px=LOCK_SECONDS * 1000)
        except RedisError as error:
            self._fall_silent(error)
            return token
        return token if is_ours else ""

    def unlock(self, key: str) -> None:
        """Let others make the page at once: nothing came of ours."""
        try:
            _redis().delete(_name(key, "lock"))
        except RedisError as error:
            self._fall_silent(error)

    def keep(self, key: str, entry: Entry, *, token: str, now: float) -> bool:
        """Keep the page for all processes. Returns False when the site has changed meanwhile."""
        ends = entry.fresh_until + STALE_SECONDS
        if entry.good_until is not None:
            ends = min(ends, entry.good_until)
        kind = _kind(key, entry)
        window = int(now) // _WINDOW_SECONDS
        names = (_VERSION, _name(key), _name(key, "lock"), f"autoblog:pages:{kind}:{window}")
        room = settings.PAGE_CACHE_MEGABYTES * 1_000_000 * _SHARES[kind] / _WINDOWS_KEPT
        lives_ms = max(1, int((ends - now) * 1000))
        words = (entry.version, token, entry.pack(), lives_ms, int(room), 2 * _WINDOW_SECONDS)
        try:
            return bool(_redis().eval(_KEEP, len(names), *names, *words) != b"outdated")
        except RedisError as error:
            self._fall_silent(error)
            return True

    def _begin(self) -> bytes:
        """Name the first version, unless somebody else does just now."""
        _redis().set(_VERSION, _new_version(), nx=True)
        return bytes(_redis().get(_VERSION) or b"")

    def _fall_silent(self, error: RedisError) -> None:
        self._silent_until = time.monotonic() + _SILENCE_SECONDS
        log.warning("page_cache_unavailable", error=type(error).__name__)


def _redis() -> Any:
    return get_redis_connection("default")


def _new_version() -> str:
    # Not a number to count up: a Redis that lost it would count up to where it was before.
    return secrets.token_hex(8)


def _name(key: str, kind: str = "page") -> str:
    return f"autoblog:{kind}:{key}"


def _kind(key: str, entry: Entry) -> str:
    if entry.status.startswith("404"):
        return "missing"
    return "query" if keys.query_of(key) else "page"


# The one of this process.
pages = Store()


def bump_on_commit() -> None:
    """Make all kept pages worthless once what this transaction did is there for everybody."""
    transaction.on_commit(pages.bump, robust=True)
