"""One page after another from the same host, with a pause between, whoever asks in this process."""

import threading
import time

from django.conf import settings

from blog.fetching.refusals import TimedOut

_MOST_HOSTS = 1_000
_next_at: dict[str, float] = {}
_lock = threading.Lock()


def wait_turn(host: str, *, deadline: float) -> None:
    """Wait until the host may be asked again. Raises TimedOut where that is after `deadline`.

    The deadline is an instant of the monotonic clock.
    """
    now = time.monotonic()
    with _lock:
        begin = max(now, _next_at.get(host, now))
        if begin > deadline:
            raise TimedOut(f"Many pages of {host} are being read. Try again later.")
        if len(_next_at) >= _MOST_HOSTS:
            _next_at.clear()
        _next_at[host] = begin + settings.FETCH_PAUSE_SECONDS
    time.sleep(begin - now)


def forget() -> None:
    """Let every host be asked at once."""
    with _lock:
        _next_at.clear()
