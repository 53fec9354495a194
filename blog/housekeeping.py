"""What the ground floor does by the clock, as one list; a worker calls it every few seconds."""

from collections.abc import Callable
from datetime import datetime

import structlog
from django.utils import timezone

from blog import renditions, showing
from blog.transfer import porter

log = structlog.get_logger(__name__)

# Each takes the time it is, may run in several processes at once, and leaves long work to the next.
CHORES: list[Callable[[datetime], object]] = [
    showing.show_due_updates,
    renditions.catch_up,
    porter.catch_up,
]


def sweep(now: datetime | None = None) -> None:
    """Do every chore; one that fails is logged and keeps no other one waiting."""
    now = now or timezone.now()
    for chore in CHORES:
        try:
            chore(now)
        except Exception:
            log.exception("chore_failed", chore=chore.__name__)
