"""The threads of a worker that write: each takes the oldest ready step there is, whoever rang.

A bell wakes one of them, and whoever finds a step wakes the next. So the rows say how many are at
work, not the messages: two thousand queued runs need one message, or none at all when the sweep
finds them. While all threads are busy, nothing piles up anywhere but in the rows.
"""

import threading
import time
from collections.abc import Callable

import structlog
from django.db import connection

log = structlog.get_logger(__name__)


class Crew:
    """So many threads that wait for a bell and then `work`, which takes what is ready."""

    def __init__(self, size: int, work: Callable[[], object]) -> None:
        self._work = work
        self._changed = threading.Condition()
        self._idle = self._rings = 0
        self._size = size
        for number in range(size):
            threading.Thread(target=self._go_on, name=f"crew-{number}", daemon=True).start()

    def wake(self) -> bool:
        """Wake a thread; False when all are at work: one of them will look once more at its end."""
        with self._changed:
            is_heard = self._rings < self._idle
            # The one too many is for a thread that just found nothing and is not idle yet.
            self._rings = min(self._rings + 1, self._idle + 1)
            self._changed.notify()
        return is_heard

    def rest(self, seconds: float) -> bool:
        """Wait until nobody is at work, so long at most; returns whether that came true."""
        with self._changed:
            return self._changed.wait_for(lambda: self._idle == self._size, seconds)

    def _go_on(self) -> None:
        while True:
            with self._changed:
                self._idle += 1
                self._changed.notify_all()
                self._changed.wait_for(lambda: self._rings)
                self._rings -= 1
                self._idle -= 1
            try:
                self._work()
            except Exception:
                log.exception("crew_failed")
            finally:
                connection.close()


_here: Crew | None = None
_told_at = float("-inf")
# While all threads here are busy, others hear of it so often; their own sweep finds the rest.
_TELL_SECONDS = 1.0


def muster(size: int, work: Callable[[], object]) -> None:
    """Let this process have a crew from now on."""
    global _here
    _here = Crew(size, work)


def is_here() -> bool:
    """Whether this process has a crew."""
    return _here is not None


def wake() -> bool:
    """Wake a thread of this process, if it has a crew; False when a message should wake others."""
    global _told_at
    if _here is None:
        return False
    if _here.wake():
        return True
    now = time.monotonic()
    if now - _told_at < _TELL_SECONDS:
        return True
    _told_at = now
    return False


def rest(seconds: float) -> bool:
    """Wait until the crew of this process rests, so long at most; returns whether it does."""
    return _here is None or _here.rest(seconds)
