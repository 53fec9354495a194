"""The threads of a worker that write: each takes up a run, and then the oldest that is queued.

A ring names a run and wakes one thread, and whoever finds something to do rings for the next. So
the rows say how many are at work, not the messages: two thousand queued runs need one message, or
none at all when the sweep finds them. While all are busy they remember whom they were called for,
each run once and no more of them than there are threads; the rest is found in the rows.
"""

import threading
import time
from collections.abc import Callable
from uuid import UUID

import structlog
from django.db import connection

log = structlog.get_logger(__name__)

# Works on a run, or without one on the oldest queued; says whether there was one to work on.
Work = Callable[[UUID | None], bool]


class Crew:
    """So many threads that wait to be called."""

    def __init__(self, size: int, work: Work) -> None:
        self._size = size
        self._work = work
        self._changed = threading.Condition()
        self._idle = 0
        # A set that knows its order.
        self._called_for: dict[UUID, None] = {}
        for number in range(size):
            threading.Thread(target=self._go_on, name=f"crew-{number}", daemon=True).start()

    def wake(self, run_id: UUID) -> bool:
        """Have a thread look at the run; False when all are at work, and it will take a while."""
        with self._changed:
            is_free = len(self._called_for) < self._idle
            if len(self._called_for) < self._size:
                self._called_for[run_id] = None
                self._changed.notify()
        return is_free

    def rest(self, seconds: float) -> bool:
        """Wait until nobody is at work, so long at most; returns whether that came true."""
        with self._changed:
            return self._changed.wait_for(lambda: self._idle == self._size, seconds)

    def _go_on(self) -> None:
        wait = True
        while True:
            run_id = self._next(wait=wait)
            try:
                found = self._work(run_id)
            except Exception:
                log.exception("crew_failed")
                found = False
            finally:
                connection.close()
            # Before it rests, a thread looks into the queue.
            wait = run_id is None and not found

    def _next(self, *, wait: bool) -> UUID | None:
        with self._changed:
            if wait:
                self._idle += 1
                self._changed.notify_all()
                self._changed.wait_for(lambda: self._called_for)
                self._idle -= 1
            run_id = next(iter(self._called_for), None)
            if run_id:
                del self._called_for[run_id]
            return run_id


_here: Crew | None = None
_told_at = float("-inf")
# While all threads here are busy, others hear of it so often; their own sweep finds the rest.
_TELL_SECONDS = 1.0


def muster(size: int, work: Work) -> None:
    """Let this process have a crew from now on."""
    global _here
    _here = Crew(size, work)


def is_here() -> bool:
    """Whether this process has a crew."""
    return _here is not None


def wake(run_id: UUID) -> bool:
    """Wake a thread of this process, if it has a crew; False when a message should wake others."""
    global _told_at
    if _here is None:
        return False
    if _here.wake(run_id):
        return True
    now = time.monotonic()
    if now - _told_at < _TELL_SECONDS:
        return True
    _told_at = now
    return False


def rest(seconds: float) -> bool:
    """Wait until the crew of this process rests, so long at most; returns whether it does."""
    return _here is None or _here.rest(seconds)
