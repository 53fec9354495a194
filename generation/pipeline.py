"""The steps of a run, as a list, and the single loop that works on them.

Everything that a worker knows is in the rows: `advance` claims one ready step after the other, and
any number of workers may advance the same run at the same time.
"""

import random
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Protocol
from uuid import UUID

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.db.models.functions import Now
from django.utils import timezone
from pydantic import BaseModel
from structlog.contextvars import bound_contextvars

from blog import pooling
from generation import heartbeat, leases
from generation.client import CallFailed, InvalidAnswer, OutcomeUnknown, Truncated, TryAgainLater
from generation.context import Context
from generation.journal import ModelChanged
from generation.leases import Cancelled, Lease, LeaseLost
from generation.models import Run, Step
from generation.prices import UnknownModelPrice
from generation.prompts import PromptError
from generation.steps import checks, edit, file, metadata, outline, research, sections
from generation.steps.base import StepContext, StepFailed

log = structlog.get_logger(__name__)

# Wakes a worker for a run; what it does may be lost.
Ring = Callable[[UUID], object]


class Work(Protocol):
    """A step module."""

    @property
    def Output(self) -> type[BaseModel]:  # noqa: N802  the name of a type
        """The type of its result."""

    def run(self, context: StepContext) -> BaseModel:
        """Do the step and return its result."""


@dataclass(frozen=True)
class Stage:
    """One name in the pipeline. `one_per`: a list in an earlier result, one step for each item."""

    name: str
    label: str
    work: Work
    one_per: tuple[str, str] | None = None

    def run(self, context: StepContext) -> BaseModel:
        """Do one step of this stage."""
        output = self.work.run(context)
        if not isinstance(output, self.work.Output):
            raise TypeError(f"{self.name} returned {type(output)}, not {self.work.Output}")
        return output


PIPELINE: Sequence[Stage] = [
    Stage("research", "Research", research),
    Stage("outline", "Outline", outline),
    Stage("sections", "Section", sections, one_per=("outline", "sections")),
    Stage("edit", "Edit", edit),
    Stage("metadata", "Title and summary", metadata),
    Stage("checks", "Checks", checks),
    Stage("file", "File the draft", file),
]

_SHORTEST_WAIT_SECONDS = 2.0
_LONGEST_WAIT_SECONDS = 120.0
_PATIENCE = timedelta(hours=1)
_ADVICE: dict[type[Exception], str] = {
    InvalidAnswer: " Press Retry to ask again, or choose another model for the plan.",
    Truncated: " Press Retry to ask again, or choose another model for the plan.",
    PromptError: " Ask an operator to mend the prompt, then press Retry.",
}

# Set when this process is about to end: the step in hand is the last one.
stopping = threading.Event()


def plan_steps(run: Run, *, stages: Sequence[Stage] = PIPELINE) -> None:
    """Create the steps of a new run; those that fan out start with one and get the rest later."""
    Step.objects.bulk_create(
        Step(run=run, name=stage.name, position=position, run_after=Now())
        for position, stage in enumerate(stages)
    )


def advance(
    run_id: UUID, *, ring: Ring = lambda _run_id: None, stages: Sequence[Stage] = PIPELINE
) -> None:
    """Work on the run until none of its steps is ready; `ring` wakes others for parallel steps."""
    while not stopping.is_set() and (step := leases.claim(run_id)):
        _attempt(step, stages, ring)


def advance_any(*, ring: Ring, stages: Sequence[Stage] = PIPELINE) -> None:
    """Work on whatever is ready, the oldest run first, until nothing is.

    A run that was begun is gone on with. `ring` wakes the next at each step: there may be more.
    """
    run_id: UUID | None = None
    while not stopping.is_set():
        step = (run_id and leases.claim(run_id)) or leases.claim()
        if step is None:
            return
        run_id = step.run_id
        ring(run_id)
        _attempt(step, stages, ring)


def _names(step: Step) -> dict[str, str]:
    """What every line of the log says while the step is in hand."""
    names = {"run_id": str(step.run_id), "step": str(step)}
    return names | ({"request_id": step.run.request_id} if step.run.request_id else {})


def _attempt(step: Step, stages: Sequence[Stage], ring: Ring) -> None:
    """Do one step and write down how it ended, if it is still ours by then."""
    with bound_contextvars(**_names(step)):
        log.info("step_started", attempt=step.attempts)
        _do(step, Lease.of(step), stages, ring)


def _do(step: Step, lease: Lease, stages: Sequence[Stage], ring: Ring) -> None:
    stage = next(stage for stage in stages if stage.name == step.name)
    try:
        with heartbeat.keep(lease):
            output = stage.run(Context(step, lease))
            _finish(step, lease, output, stages, ring)
    except LeaseLost:
        log.warning("lease_lost")
    except Cancelled:
        leases.give_back(lease)
    except (TryAgainLater, OutcomeUnknown, OperationalError, InterfaceError) as error:
        _unless_lost(partial(_postpone, step, lease, error))
    except (StepFailed, CallFailed, PromptError, UnknownModelPrice, ModelChanged) as error:
        log.warning("step_failed", problem=str(error))
        _unless_lost(partial(_fail, step, lease, f"{error}{_ADVICE.get(type(error), '')}"))
    except Exception:
        log.exception("step_crashed")
        _unless_lost(partial(_fail, step, lease, _crashed(step)))


def _finish(
    step: Step, lease: Lease, output: BaseModel, stages: Sequence[Stage], ring: Ring
) -> None:
    """Store the result, create what it fans out to, wake workers for what became ready."""
    stored = output.model_dump(mode="json")
    with leases.saving(lease):
        Step.objects.filter(pk=step.pk).update(
            **leases.NOBODY,
            status=Step.Status.SUCCEEDED,
            output=stored,
            activity="",
            finished_at=Now(),
        )
        _fan_out(step, stored, stages)
        # Locked, so that of two workers finishing at once the second sees both steps finished.
        run = Run.objects.select_for_update().get(pk=step.run_id)
        if run.is_active and not run.steps.exclude(status=Step.Status.SUCCEEDED).exists():
            Run.objects.filter(pk=run.pk).update(
                status=Run.Status.SUCCEEDED, problem="", finished_at=Now()
            )
        ready = Step.objects.ready(Now()).filter(run=step.run_id).count()
    log.info("step_finished")
    # This worker takes one of them itself.
    for _ in range(ready - 1):
        ring(step.run_id)


def _fan_out(step: Step, output: dict[str, object], stages: Sequence[Stage]) -> None:
    for position, stage in enumerate(stages):
        if stage.one_per and stage.one_per[0] == step.name:
            items = output[stage.one_per[1]]
            count = len(items) if isinstance(items, list) else 0
            if not count:
                raise StepFailed(f"{stage.label}: there is nothing to do. Press Retry.")
            Step.objects.bulk_create(
                (
                    Step(
                        run_id=step.run_id,
                        name=stage.name,
                        index=index,
                        position=position,
                        run_after=Now(),
                    )
                    for index in range(1, count)
                ),
                ignore_conflicts=True,
            )


def _postpone(step: Step, lease: Lease, error: Exception) -> None:
    """Try again later: wait as long again as was waited so far, and no less than asked for."""
    waited = timezone.now() - (step.started_at or timezone.now())
    is_counted = not (isinstance(error, TryAgainLater) or pooling.is_exhaustion(error))
    if waited > _PATIENCE or (is_counted and step.attempts >= settings.STEP_MAX_ATTEMPTS):
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
    except (OperationalError, InterfaceError):
        log.warning("database_lost", exc_info=True)
