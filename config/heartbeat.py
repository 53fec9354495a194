"""Signs of life that a container's health check can see: files, touched by what must not stop.

The worker touches its file from the loop that fetches messages, beat from each tick of its clock:
a process that exists but does nothing goes stale. Off unless HEARTBEAT_DIR names a folder.
"""

import logging
import os
import time
from pathlib import Path
from typing import Any

from celery import signals

from config import metrics

STALE_AFTER = 60.0  # seconds; both are touched every few
logger = logging.getLogger(__name__)


def folder() -> Path | None:
    """Where the signs are, or None when nobody wants them."""
    name = os.environ.get("HEARTBEAT_DIR")
    return Path(name) if name else None


def age(name: str) -> float:
    """Seconds since `name` ("worker" or "beat") last gave a sign; infinite when it never did."""
    place = folder()
    try:
        touched = (place / name).stat().st_mtime if place else float("-inf")
    except FileNotFoundError:
        touched = float("-inf")
    return time.time() - touched


def _touch(name: str) -> None:
    if place := folder():
        try:
            place.mkdir(parents=True, exist_ok=True)
            (place / name).touch()
        except OSError:
            # A full disk must not stop the work; the check will see the file grow old.
            logger.warning("heartbeat_not_written", exc_info=True)


def listen() -> None:
    """Have the signs given by every worker and beat of this process."""
    signals.heartbeat_sent.connect(_worker_lives)
    signals.beat_init.connect(_watch_the_clock)


def _worker_lives(**_: Any) -> None:
    _touch("worker")


def _watch_the_clock(sender: Any, **_: Any) -> None:
    """Celery announces beat's start only, so its tick is wrapped."""
    tick = sender.scheduler.tick

    def tick_and_tell(*args: Any, **kwargs: Any) -> Any:
        _touch("beat")
        metrics.note_tick()
        return tick(*args, **kwargs)

    sender.scheduler.tick = tick_and_tell
