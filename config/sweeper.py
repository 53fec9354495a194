"""Every worker process sweeps on its own timer: no broker, no beat, no process of its own.

The rooms know what to sweep; here is only the clock, an advisory lock so that of many workers one
sweeps at a time, and the rule that no error ends the timer. Each room has a thread of its own, so
that a receiver of webhooks that hangs does not keep runs from being resumed.
"""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from celery import signals
from django.conf import settings
from django.db import connection

from blog import pooling
from config import metrics

log = structlog.get_logger(__name__)

# Arbitrary numbers that mean one thing each in the whole installation.
GENERATION_LOCK = 7_310_001
PUBLISHING_LOCK = 7_310_002
BLOG_LOCK = 7_310_003

# A sweeper that froze (a paused machine, a stopped process) keeps its connection, and would keep
# all others from sweeping: after so much silence the database ends it. Longer than the longest a
# sweep does something else: a message being sent, a bell that hangs.
SILENCE_SECONDS = 60.0
_LOCK = "SELECT pg_try_advisory_lock(%s), set_config('idle_session_timeout', %s, false)"
# For what else is under way when the leases are given back.
_LAST_SECONDS = 3.0
_ending = threading.Event()


def listen() -> None:
    """Have every worker of this process sweep from its start to its end."""
    # Not `worker_ready`, which waits for the broker: without one, this is who works.
    signals.worker_init.connect(_start)
    signals.worker_shutting_down.connect(_end)


@contextmanager
def alone(lock: int) -> Iterator[bool]:
    """Whether nobody else holds `lock`; if so it is ours for the body, unless that falls silent."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [lock, f"{SILENCE_SECONDS * 1000:.0f}ms"])
        is_ours = bool(cursor.fetchone()[0])
    try:
        yield is_ours
    finally:
        if is_ours:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [lock])


def sweep_once(name: str, lock: int, sweep: Callable[[], object]) -> bool:
    """Sweep unless another worker does just now; errors are logged. Returns whether it worked."""
    try:
        with alone(lock) as is_ours:
            if is_ours:
                sweep()
            return is_ours
    except Exception:
        log.exception("sweep_failed", sweep=name)
        return False
    finally:
        # Between two sweeps nothing is held.
        connection.close()


def _start(**_: Any) -> None:
    # The models are not loaded yet when Celery's app imports this module.
    from blog import housekeeping
    from generation import services
    from publishing import distribution

    _every("generation", GENERATION_LOCK, services.sweep)
    _every("publishing", PUBLISHING_LOCK, distribution.sweep)
    _every("blog", BLOG_LOCK, housekeeping.sweep)
    if settings.METRICS == "emf":
        threading.Thread(target=_tell, name="metrics", daemon=True).start()


def _tell() -> None:
    """Each worker tells the numbers: it may be the only one that is left."""
    pooling.stand_apart()
    while not _ending.wait(metrics.EVERY_SECONDS):
        try:
            metrics.emit()
        except Exception:
            log.exception("metrics_not_emitted")
        finally:
            connection.close()


def _every(name: str, lock: int, sweep: Callable[[], object]) -> None:
    def go_on() -> None:
        # Its lock belongs to the session, and what it mends may be what exhausted the pool.
        pooling.stand_apart()
        while not _ending.is_set():
            sweep_once(name, lock, sweep)
            _ending.wait(settings.SWEEP_INTERVAL_SECONDS)

    threading.Thread(target=go_on, name=f"sweep-{name}", daemon=True).start()


def _end(**_: Any) -> None:
    """Called in a signal handler: only flags and threads."""
    from generation import services  # as above

    _ending.set()
    services.stop_claiming()
    # The interpreter waits for this one, and for no other of ours.
    threading.Thread(target=_give_back, name="give-back").start()


def _give_back() -> None:
    """Let the steps in hand end; those that take longer go to another worker at once."""
    from generation import services  # as above

    services.rest(settings.WORKER_GRACE_SECONDS)
    pooling.stand_apart()
    try:
        if count := services.give_back_leases():
            log.warning("leases_given_back", steps=count)
    except Exception:
        log.exception("leases_not_given_back")
    finally:
        connection.close()
    # Whatever of Celery hangs after that is not waited for.
    last = threading.Timer(_LAST_SECONDS, os._exit, [0])
    last.daemon = True
    last.start()
