"""Brings back what stopped: needs the database only, no broker, no beat, and nobody's memory."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django.db.models import Min
from django.db.models.functions import Now

from blog import crash_points
from generation import leases
from generation.models import Step

_BATCH = 100
# A ready step that nobody took for so long has no worker, whatever the broker says.
_FORSAKEN = timedelta(seconds=30)


def sweep(*, ring: Callable[[UUID], bool], work: Callable[[UUID], object]) -> int:
    """Reclaim abandoned steps and wake workers for ready ones; returns how many runs were waiting.

    `ring` says whether a message could be sent; `work` gets the runs that nobody else works on.
    """
    leases.reclaim()
    leases.stop_overdue()
    crash_points.reach("during_sweep")
    for run_id in (waiting := _waiting(timedelta(0))):
        if not ring(run_id):
            work(run_id)
    for run_id in _waiting(_FORSAKEN):
        work(run_id)
    return len(waiting)


def _waiting(since: timedelta) -> list[UUID]:
    """The runs with a step that has been ready for `since`, the longest waiting first."""
    ready = Step.objects.ready(Now() - since).order_by()
    oldest = ready.values("run").annotate(oldest=Min("run_after")).order_by("oldest")
    return [run_id for run_id, _ in oldest.values_list("run", "oldest")[:_BATCH]]
