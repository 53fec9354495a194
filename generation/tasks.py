"""Envelopes: a message holds an id and wakes a worker; it may be lost, doubled or late.

The names are a wire protocol: they are never changed. Unknown keywords are swallowed, so that old
workers understand new messages.
"""

from uuid import UUID

import structlog
from celery import shared_task

from blog import crash_points
from generation import crew, pipeline, sweeping

log = structlog.get_logger(__name__)


@shared_task(name="generation.advance_run")
def advance_run(*, run_id: str, **_: object) -> None:
    """Wake the crew; where there is none, work on the run until none of its steps is ready."""
    if crew.is_here():
        crew.wake(UUID(run_id))
    else:
        pipeline.advance(UUID(run_id), ring=ring)


@shared_task(name="generation.sweep")
def sweep(**_: object) -> None:
    """Bring back what stopped."""
    sweeping.sweep(ring=ring)


def ring(run_id: UUID) -> bool:
    """Wake somebody for the run, here or in another worker.

    False when the broker is away (the sweep finds the run anyway).
    """
    if crew.wake(run_id):
        return True
    crash_points.reach("before_ring")
    try:
        advance_run.apply_async(kwargs={"run_id": str(run_id)}, expires=300)
    except Exception:
        # Whatever the broker's client raises: a bell that is broken must not break the request.
        log.warning("ring_failed", run_id=str(run_id), exc_info=True)
        return False
    return True
