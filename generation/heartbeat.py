"""Keeps the leases of this process alive: one thread and one statement for all of them.

A worker may have hundreds of steps in hand, each waiting for an answer; they share one heart, on a
database connection of its own that is closed between the beats.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import reduce
from operator import or_

import structlog
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models.functions import Now

from blog import pooling
from generation import leases
from generation.leases import Lease
from generation.models import Step

log = structlog.get_logger(__name__)

_held: set[Lease] = set()
_changes = threading.Lock()
# Ends the heart that beats just now; there is one while anything is held.
_end: threading.Event | None = None


@contextmanager
def keep(lease: Lease) -> Iterator[None]:
    """Extend the lease again and again while the body runs."""
    global _end
    with _changes:
        _held.add(lease)
        if _end is None:
            _end = threading.Event()
            threading.Thread(
                target=_beat_until, args=[_end], name="lease-heartbeat", daemon=True
            ).start()
    try:
        yield
    finally:
        with _changes:
            _held.discard(lease)
            if not _held:
                _end.set()
                _end = None


def beat() -> int:
    """Extend all leases held here; returns how many are still good."""
    with _changes:
        mine = [lease.is_mine() for lease in _held]
    if not mine:
        return 0
    return Step.objects.filter(reduce(or_, mine)).update(
        lease_expires_at=Now() + leases.lease_time()
    )


def _beat_until(end: threading.Event) -> None:
    pooling.stand_apart()
    while not end.wait(settings.STEP_LEASE_SECONDS / 4):
        try:
            beat()
        except DatabaseError:
            # The next beat comes well before the lease ends; without a database nobody can take it.
            log.warning("heartbeat_failed", exc_info=True)
        finally:
            connection.close()
