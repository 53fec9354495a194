"""The single loop that works on the steps of runs.

Everything that a worker knows is in the rows: `advance` claims one ready step after the other, and
any number of workers may advance the same run at the same time.
"""

import random
import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from uuid import UUID

import structlog
from django.conf import settings
from django.db import InterfaceError, NotSupportedError, OperationalError
from django.db.models import JSONField, QuerySet, Value
from django.db.models.functions import Cast, Now
from django.utils import timezone
from pydantic import BaseModel
from structlog.contextvars import bound_contextvars

from blog import composing, crash_points, pooling
from generation import heartbeat, leases
from generation.budget import BudgetExceeded
from generation.client import (
    CallFailed,
    InvalidAnswer,
    OutcomeUnknown,
    QuotaExhausted,
    Truncated,
    TryAgainLater,
)
from generation.context import Context
from generation.journal import ModelChanged
from generation.leases import Cancelled, Lease, LeaseLost
from generation.models import Run, Step
from generation.prices import UnknownModelPrice
from generation.prompts import PromptError
from generation.stages import Stage, stage_of, stages_of
from generation.steps.base import StepFailed

log = structlog.get_logger(__name__)

# Wakes a worker for a run; what it does may be lost.
Ring = Callable[[UUID], object]
# None: as the brief of the run asks for them.
Stages = Sequence[Stage] | None


_SHORTEST_WAIT_SECONDS = 2.0
_LONGEST_WAIT_SECONDS = 120.0
_PATIENCE = timedelta(hours=1)
# The last means that a migration changed what this connection had planned.
_DATABASE_AWAY = (OperationalError, InterfaceError, NotSupportedError)
_ADVICE: dict[type[Exception], str] = {
    InvalidAnswer: " Press Retry to ask again, or choose another model for the plan.",
    Truncated: " Press Retry to ask again, or choose another model for the plan.",
    BudgetExceeded: " Then press Retry; what is finished is kept.",
    PromptError: " Ask an operator to mend the prompt, then press Retry.",
}

# What is said to the editor as it is.
_REFUSALS = (
    StepFailed,
    CallFailed,
    PromptError,
    UnknownModelPrice,
    BudgetExceeded,
    ModelChanged,
)

# Set when this process is about to end: the step in hand is the last one.
stopping = threading.Event()


def plan_steps(run: Run, *, stages: Stages = None) -> None:
    """Create the steps of a new run; those that fan out start with one and get the rest later."""
    Step.objects.bulk_create(
        Step(run=run, name=stage.name, position=position, run_after=Now())
        for position, stage in enumerate(stages or stages_of(run))
        if stage.is_wanted(run)
    )


def advance(run_id: UUID, *, ring: Ring = lambda _run_id: None, stages: Stages = None) -> None:
    """Work on the run until none of its steps is ready; `ring` wakes others for parallel steps."""
    while not stopping.is_set() and (step := leases.claim(run_id)):
        _attempt(step, stages, ring)


def take_up(run_id: UUID | None, *, ring: Ring, stages: Stages = None) -> bool:
    """Work on the run, or without one on the oldest queued, until none of its steps is ready.

    `ring` wakes the next before: there may be more to do. Returns whether there was anything.
    """
    step = None if stopping.is_set() else leases.claim(run_id)
    if step is None:
        return False
    ring(step.run_id)
    _attempt(step, stages, ring)
    advance(step.run_id, ring=ring, stages=stages)
    return True


def _names(step: Step) -> dict[str, str]:
    """What every line of the log says while the step is in hand."""
    names = {"run_id": str(step.run_id), "step": str(step)}
    return names | ({"request_id": step.run.request_id} if step.run.request_id else {})


def _attempt(step: Step, stages: Stages, ring: Ring) -> None:
    """Do one step and write down how it ended, if it is still ours by then."""
    with bound_contextvars(**_names(step)):
        log.info("step_started", attempt=step.attempts)
        _do(step, Lease.of(step), stages or stages_of(step.run), ring)


def _do(step: Step, lease: Lease, stages: Sequence[Stage], ring: Ring) -> None:
    stage = stage_of(step, stages)
    crash_points.reach("after_claim")
    try:
        with heartbeat.keep(lease):
            output = stage.run(Context(step, lease))
            _finish(step, lease, output, stages, ring)
    except LeaseLost:
        log.warning("lease_lost")
    except Cancelled:
        leases.give_back(lease)
    except (TryAgainLater, OutcomeUnknown, *_DATABASE_AWAY) as error:
        _unless_lost(partial(_postpone, step, lease, error))
    except _REFUSALS as error:
        log.warning("step_failed", problem=str(error))
        _unless_lost(partial(_fail, step, lease, f"{error}{_ADVICE.get(type(error), '')}"))
    except Exception:
        log.exception("step_crashed")
        _unless_lost(partial(_fail, step, lease, _crashed(step)))


def _finish(
    step: Step, lease: Lease, output: BaseModel, stages: Sequence[Stage], ring: Ring
) -> None:
    """Store the result, create what it fans out to, wake workers for what became ready."""
    crash_points.reach("before_finish")
    with leases.saving(lease):
        composing.update(
            "finished step", _finished, step_id=step.pk, output=output.model_dump_json()
        )
        added = _fan_out(step, output, stages)
        _close_run(step, stages)
        crash_points.reach("before_finish_commit")
    crash_points.reach("after_finish")
    log.info("step_finished")
    # This worker takes one of them itself.
    for _ in range(added):
        ring(step.run_id)


def _finished(step_id: int, output: str) -> tuple[QuerySet[Step], dict[str, object]]:
    return Step.objects.filter(pk=step_id), {
        **leases.NOBODY,
        "status": Step.Status.SUCCEEDED,
        "output": Cast(Value(output), JSONField()),
        "activity": "",
        "finished_at": Now(),
    }


def _close_run(step: Step, stages: Sequence[Stage]) -> None:
    """Let the run succeed if that was its last step, or pause if it is to pause here."""
    may_pause = stage_of(step, stages).may_pause
    later = composing.rows("later step", _later, run_id=step.run_id, position=step.position)
    if later and not may_pause:
        return
    # Locked, so that of two workers finishing at once the second sees both steps finished.
    run = Run.objects.select_for_update().get(pk=step.run_id)
    if run.is_active and not run.steps.exclude(status=Step.Status.SUCCEEDED).exists():
        Run.objects.filter(pk=run.pk).update(
            status=Run.Status.SUCCEEDED, problem="", finished_at=Now()
        )
    elif run.pauses_after_outline and may_pause:
        Run.objects.active().filter(pk=run.pk).update(status=Run.Status.PAUSED)


def _later(run_id: UUID, position: int) -> QuerySet[Step]:
    unfinished = Step.objects.filter(run=run_id).exclude(status=Step.Status.SUCCEEDED)
    return unfinished.filter(position__gt=position).only("pk").order_by()[:1]


def _fan_out(step: Step, output: BaseModel, stages: Sequence[Stage]) -> int:
    """Create what the step's result asks for beyond the steps there are; returns how many."""
    added = 0
    for position, stage in enumerate(stages):
        if stage.one_per and stage.one_per[0] == step.name:
            items = getattr(output, stage.one_per[1])
            count = len(items) if isinstance(items, list) else 0
            if not count:
                raise StepFailed(f"{stage.label}: there is nothing to do. Press Retry.")
            added += add_steps(step.run_id, stage.name, position, count)
    return added


def add_steps(run_id: UUID, name: str, position: int, count: int) -> int:
    """Have `count` steps of one name side by side; those that are there already stay.

    Returns how many more than one they are.
    """
    rows = (
        Step(run_id=run_id, name=name, index=index, position=position, run_after=Now())
        for index in range(1, count)
    )
    return len(Step.objects.bulk_create(rows, ignore_conflicts=True))


def _postpone(step: Step, lease: Lease, error: Exception) -> None:
    """Try again later: wait as long again as was waited so far, and no less than asked for."""
    waited = timezone.now() - (step.started_at or timezone.now())
    is_counted = not (isinstance(error, TryAgainLater) or pooling.is_exhaustion(error))
    # Somebody has to add credit: that may take a day.
    is_over = waited > _PATIENCE and not isinstance(error, QuotaExhausted)
    if is_over or (is_counted and step.attempts >= settings.STEP_MAX_ATTEMPTS):
        _fail(step, lease, f"{error} This went on for too long; press Retry when it is over.")
        return
    seconds = min(max(waited.total_seconds(), _SHORTEST_WAIT_SECONDS), _LONGEST_WAIT_SECONDS)
    # Those who were turned away together must not come back together.
    seconds *= random.uniform(1, 1.25)  # noqa: S311  no secret
    asked = error.after if isinstance(error, TryAgainLater) else None
    wait = timedelta(seconds=max(seconds, asked or 0))
    said = str(error) if isinstance(error, CallFailed) else "The database was away."
    log.warning("step_postponed", problem=str(error), seconds=wait.total_seconds())
    with leases.saving(lease):
        Step.objects.filter(pk=step.pk).update(
            **leases.NOBODY,
            status=Step.Status.PENDING,
            run_after=Now() + wait,
            attempts=step.attempts - (0 if is_counted else 1),
            activity=f"{said} AutoBlog tries again by itself."[:200],
        )


def _fail(step: Step, lease: Lease, problem: str) -> None:
    with leases.saving(lease):
        leases.fail(step, problem)


def _crashed(step: Step) -> str:
    return (
        "Something went wrong inside AutoBlog; what is finished is kept. Press Retry; if it happens"
        f" again, give an operator this number: {step.run.request_id or step.run_id}."
    )


def _unless_lost(write: Callable[[], None]) -> None:
    """Write how a step ended. Without a lease, or a database, the sweep will deal with the step."""
    try:
        write()
    except LeaseLost:
        log.warning("lease_lost")
    except _DATABASE_AWAY:
        log.warning("database_lost", exc_info=True)
