"""Brings back what stopped: needs the database only, no broker, no beat, and nobody's memory."""

from collections.abc import Callable
from uuid import UUID

from django.db.models import Min
from django.db.models.functions import Now

from blog import crash_points
from generation import leases
from generation.models import Step

_BATCH = 100


def sweep(*, ring: Callable[[UUID], object]) -> int:
    """Reclaim abandoned steps and wake workers for ready ones; returns how many runs were waiting.

    `ring` knows whether anybody is free: of a long queue it wakes no more than that.
    """
    leases.reclaim()
    leases.stop_overdue()
    crash_points.reach("during_sweep")
    for run_id in (waiting := _waiting()):
        ring(run_id)
    return len(waiting)


def _waiting() -> list[UUID]:
    """The runs with a ready step: those that were begun first, then the longest waiting."""
    ready = Step.objects.ready(Now()).order_by()
    oldest = ready.values("run", "run__status").annotate(oldest=Min("run_after"))
    # "running" before "queued".
    return list(oldest.order_by("-run__status", "oldest").values_list("run", flat=True)[:_BATCH])
