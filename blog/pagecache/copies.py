"""What the process itself remembers: finished pages for a second, and who makes which page now."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from blog.pagecache.entries import Copy

SECONDS = 1.0  # a page is at most so much older than the last word from Redis
_MAX_BYTES = 32_000_000


class Copies:
    """Pages that were looked up or made less than a second ago."""

    def __init__(self) -> None:
        self._by_key: dict[str, Copy] = {}
        self._bytes = 0

    def get(self, key: str, *, now: float, bumps: int) -> Copy | None:
        """Return the copy, unless its second is over or this process has changed something."""
        copy = self._by_key.get(key)
        return copy if copy and now < copy.until and copy.bumps == bumps else None

    def put(self, key: str, copy: Copy) -> None:
        """Keep a copy. All of them are dropped when they become many: they live for a second."""
        if self._bytes > _MAX_BYTES:
            self._by_key, self._bytes = {}, 0
        self._by_key[key] = copy
        # What is replaced is counted as well; it is a bound, not an account.
        self._bytes += len(copy.entry.body) + 2_000


class Making:
    """One page that a thread of this process is making, for all that ask for it meanwhile."""

    def __init__(self) -> None:
        self._is_over = threading.Event()
        self.copy: Copy | None = None

    def share(self, copy: Copy | None) -> None:
        """Let the others go on: with the copy, or (None) on their own."""
        self.copy = self.copy or copy
        self._is_over.set()

    def wait(self, seconds: float) -> Copy | None:
        """Wait for the one who makes it, not for ever."""
        self._is_over.wait(seconds)
        return self.copy


class Makers:
    """Who makes which page."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_key: dict[str, Making] = {}

    @contextmanager
    def making(self, key: str) -> Iterator[tuple[Making, bool]]:
        """Yield the making of a page, and whether it is the caller's to do."""
        with self._lock:
            making = self._by_key.get(key)
            is_ours = making is None
            if making is None:
                making = self._by_key[key] = Making()
        try:
            yield making, is_ours
        finally:
            if is_ours:
                with self._lock:
                    del self._by_key[key]
                making.share(None)
