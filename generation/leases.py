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
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce, Now

from generation.models import ModelCall, Run, Step

_BATCH = 200
# The fields of a step that nobody works on.
NOBODY: dict[str, Any] = {"lease_owner": "", "lease_expires_at": None}
# Inherited by the children of a prefork pool, so that their parent can give back their leases.
_WORKER = f"{socket.gethostname()[:60]}:{uuid4().hex[:12]}:"


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
        return Q(pk=self.step_id, fence=self.fence, status=Step.Status.RUNNING)


def claim(run_id: UUID | None = None) -> Step | None:
    """Take the first ready step of the run that nobody else takes; None when there is none.

    Without a run, of the oldest run that has one.
    """
    with transaction.atomic(durable=True):
        ready = Step.objects.ready(Now()).order_by("run__created_at", "position", "index")
        if run_id:
            ready = ready.filter(run=run_id)
        step = ready.select_for_update(skip_locked=True, of=("self",)).first()
        if step is None:
            return None
        Step.objects.filter(pk=step.pk).update(
            status=Step.Status.RUNNING,
            fence=F("fence") + 1,
            attempts=F("attempts") + 1,
            lease_owner=f"{_WORKER}{os.getpid()}:{threading.get_ident()}",
            lease_expires_at=Now() + lease_time(),
            started_at=Coalesce("started_at", Now()),
            activity="",
            problem="",
        )
        Run.objects.filter(pk=step.run_id, status=Run.Status.QUEUED).update(
            status=Run.Status.RUNNING, started_at=Coalesce("started_at", Now())
        )
        step.refresh_from_db()
    return step


@contextmanager
def saving(lease: Lease) -> Iterator[None]:
    """Open a transaction in which the step is this worker's. Raises LeaseLost when it is not."""
    with transaction.atomic():
        mine = Step.objects.select_for_update().filter(lease.is_mine())
        if not mine.values_list("pk", flat=True):
            raise LeaseLost
        yield


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
        Step.objects.filter(pk__in=rest).update(**_PENDING)
        book_lost_calls()
    return len(abandoned)


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
    ModelCall.objects.filter(
        ~Q(step__status=Step.Status.RUNNING), step__isnull=False, state=ModelCall.State.RESERVED
    ).update(
        state=ModelCall.State.UNKNOWN,
        cost=F("reserved_cost"),
        outcome="worker_lost",
        finished_at=Now(),
    )


def lease_time() -> timedelta:
    """How long a worker may be silent before another takes its step."""
    return timedelta(seconds=settings.STEP_LEASE_SECONDS)


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
