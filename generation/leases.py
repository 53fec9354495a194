"""Who works on a step: claims, leases, fences, and what happens to steps nobody works on any more.

A claim raises the step's fence. Every write of a worker is made in `saving`, which locks the step
row while the fence is still the worker's own: a worker that froze past its lease, and was replaced
meanwhile, raises LeaseLost instead of writing. The clock is the database's.
"""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import (
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Now, Random
from django.utils import timezone

from blog import composing
from generation import budget
from generation.models import ModelCall, Run, Step

_BATCH = 200
# The fields of a step that nobody works on.
NOBODY: dict[str, Any] = {"lease_owner": "", "lease_expires_at": None}
# Inherited by the children of a prefork pool, so that their parent can give back their leases.
_WORKER = f"{socket.gethostname()[:60]}:{uuid4().hex[:12]}:"


# The fields of a step that is to be done from its beginning.
AFRESH: dict[str, Any] = {
    "status": Step.Status.PENDING,
    "attempts": 0,
    "run_after": Now(),
    "problem": "",
    "activity": "",
    "started_at": None,
    "finished_at": None,
}


class LeaseLost(Exception):
    """Another worker has the step, or may have it: write nothing."""


class Cancelled(Exception):
    """The run is no longer active: stop here."""


@dataclass(frozen=True)
class Lease:
    """The right to work on a step, until somebody else claims it."""

    step_id: int
    run_id: UUID
    fence: int

    @classmethod
    def of(cls, step: Step) -> Self:
        """Return the lease of a step that was just claimed."""
        return cls(step.pk, step.run_id, step.fence)

    def is_mine(self) -> Q:
        """Match the step while the lease is good."""
        return holding(self.step_id, self.fence)


def holding(step_id: int, fence: int) -> Q:
    """Match the step while the lease with that fence is good."""
    return Q(pk=step_id, fence=fence, status=Step.Status.RUNNING)


def claim(run_id: UUID | None = None) -> Step | None:
    """Take the first ready step of the run that nobody else takes; None when there is none.

    Without a run, of the oldest that is queued. It comes with all that a step asks its run for.
    """
    with transaction.atomic(durable=True):
        if run_id is None and (queued := composing.rows("queued run", _queued)):
            run_id = queued[0].pk
        found = run_id and composing.rows("ready step", _ready, run_id=run_id)
        if not found:
            return None
        step = found[0]
        composing.update(
            "claimed step",
            _claimed,
            step_id=step.pk,
            owner=f"{_WORKER}{os.getpid()}:{threading.get_ident()}",
            time=lease_time(),
        )
        if step.run.status == Run.Status.QUEUED:
            Run.objects.filter(pk=step.run_id, status=Run.Status.QUEUED).update(
                status=Run.Status.RUNNING, started_at=Coalesce("started_at", Now())
            )
    # The row is ours: it holds what was just written, and nothing else.
    step.status, step.activity, step.problem = Step.Status.RUNNING, "", ""
    step.fence += 1
    step.attempts += 1
    step.started_at = step.started_at or timezone.now()
    return step


def _claimed(step_id: int, owner: str, time: timedelta) -> tuple[QuerySet[Step], dict[str, Any]]:
    return Step.objects.filter(pk=step_id), {
        "status": Step.Status.RUNNING,
        "fence": F("fence") + 1,
        "attempts": F("attempts") + 1,
        "lease_owner": owner,
        "lease_expires_at": Now() + time,
        "started_at": Coalesce("started_at", Now()),
        "activity": "",
        "problem": "",
    }


def _queued() -> QuerySet[Run]:
    due = Step.objects.filter(run=OuterRef("pk"), status=Step.Status.PENDING, run_after__lte=Now())
    queued = Run.objects.filter(Exists(due), status=Run.Status.QUEUED)
    return queued.select_for_update(skip_locked=True).only("pk").order_by("created_at")[:1]


def _ready(run_id: UUID) -> QuerySet[Step]:
    ready = Step.objects.ready(Now()).filter(run=run_id).order_by("position", "index")
    together = ready.select_related("run__brief__plan__style_guide")
    return together.select_for_update(skip_locked=True, of=("self",))[:1]


@contextmanager
def saving(lease: Lease) -> Iterator[None]:
    """Open a transaction in which the step is this worker's. Raises LeaseLost when it is not."""
    with transaction.atomic():
        if not composing.rows("held step", _held, step_id=lease.step_id, fence=lease.fence):
            raise LeaseLost
        yield


def _held(step_id: int, fence: int) -> QuerySet[Step]:
    mine = Step.objects.filter(holding(step_id, fence))
    return mine.select_for_update().only("pk").order_by()


def give_back(lease: Lease) -> None:
    """Let anybody go on with the step at once; this attempt does not count."""
    _give_back(Step.objects.filter(lease.is_mine()))


def give_back_all() -> int:
    """Give back every step this worker, its threads and its children hold; returns how many."""
    return _give_back(
        Step.objects.filter(lease_owner__startswith=_WORKER, status=Step.Status.RUNNING)
    )


def reclaim() -> int:
    """Take steps from workers that are gone; returns how many.

    A step that outlived STEP_MAX_ATTEMPTS workers fails, with its run: it would kill the next too.
    """
    with transaction.atomic():
        abandoned = list(
            Step.objects.abandoned(Now())
            .order_by("lease_expires_at")
            .select_for_update(skip_locked=True)[:_BATCH]
        )
        poisonous = [step for step in abandoned if step.attempts >= settings.STEP_MAX_ATTEMPTS]
        for step in poisonous:
            fail(
                step,
                f"The worker stopped {step.attempts} times while it worked on this step. Ask an"
                " operator to look into the log of the worker, then press Retry.",
            )
        rest = [step.pk for step in abandoned if step not in poisonous]
        Step.objects.filter(pk__in=rest).update(**_PENDING | {"run_after": _apart()})
        book_lost_calls()
    return len(abandoned)


def stop_overdue() -> int:
    """Fail the runs whose deadline has passed; returns how many. Their steps notice by themselves.

    What they have finished is kept, and Retry gives them as long again.
    """
    return Run.objects.overdue().update(
        status=Run.Status.FAILED,
        problem="This went on for too long. Look at its steps for what held it up, then press"
        " Retry; what is finished is kept.",
        finished_at=Now(),
    )


def fail(step: Step, problem: str) -> None:
    """Fail a step whose row is locked, and its run; what is finished stays finished."""
    Step.objects.filter(pk=step.pk).update(
        status=Step.Status.FAILED, problem=problem, activity="", finished_at=Now(), **NOBODY
    )
    Run.objects.active().filter(pk=step.run_id).update(
        status=Run.Status.FAILED, problem=problem, finished_at=Now()
    )


def book_lost_calls() -> None:
    """Count requests as spent whose worker is gone: nobody will ever hear their answer."""
    lost = ModelCall.objects.filter(
        ~Q(step__status=Step.Status.RUNNING), step__isnull=False, state=ModelCall.State.RESERVED
    )
    calls = list(lost.select_for_update(of=("self",)).defer("messages"))
    for call in calls:
        call.cost = call.reserved_cost
    ModelCall.objects.filter(pk__in=[call.pk for call in calls]).update(
        state=ModelCall.State.UNKNOWN,
        cost=F("reserved_cost"),
        outcome="worker_lost",
        finished_at=Now(),
    )
    budget.settle(calls)


def lease_time() -> timedelta:
    """How long a worker may be silent before another takes its step."""
    return timedelta(seconds=settings.STEP_LEASE_SECONDS)


def _apart() -> Combinable:
    """When a step that lost its worker may be taken again: at once the first time, then by chance.

    A worker has many steps in hand. If one of them kills it, those who were there with it must not
    meet it in each of its workers, or they would be given up with it.
    """
    wait = ExpressionWrapper(
        Value(lease_time()) * (F("attempts") - 1) * Random(), output_field=DurationField()
    )
    return Now() + wait


_PENDING: dict[str, Any] = {
    "status": Step.Status.PENDING,
    "run_after": Now(),
    "activity": "",
    **NOBODY,
}


def _give_back(steps: QuerySet[Step]) -> int:
    with transaction.atomic():
        count = steps.update(**_PENDING, attempts=F("attempts") - 1)
        book_lost_calls()
    return count
