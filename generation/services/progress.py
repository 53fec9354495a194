"""How far a run is, in one typed value for the progress bar, the API and the command line."""

from collections import defaultdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from pydantic import BaseModel, field_serializer

from generation.models import Run, Step
from generation.stages import LABELS


class StepProgress(BaseModel):
    """One step; `seconds` it took so far, None before its start."""

    name: str
    index: int
    label: str
    status: str
    activity: str
    problem: str
    seconds: float | None


class Progress(BaseModel):
    """A run at one moment; `cost` in US dollars, `percent` never goes back."""

    run_id: str
    status: str
    is_active: bool
    is_sample: bool
    finished: int
    total: int
    percent: int
    activity: str
    elapsed_seconds: float
    cost: Decimal
    problem: str
    post_id: int | None
    steps: list[StepProgress]

    @field_serializer("cost", when_used="json")
    def _plainly(self, cost: Decimal) -> str:
        """Without an exponent, which money never has."""
        return f"{cost:f}"


def progress(run: Run) -> Progress:
    """Return how far the run is, read from the database in two queries."""
    run = Run.objects.with_cost().get(pk=run.pk)
    steps = list(run.steps.all())
    now = timezone.now()
    return Progress(
        run_id=str(run.pk),
        status=run.status,
        is_active=run.is_active,
        is_sample=run.is_sample,
        finished=sum(map(_is_finished, steps)),
        total=len(steps),
        percent=_percent(steps),
        activity=_activity(run, steps),
        elapsed_seconds=_seconds(run.created_at, run.finished_at, now),
        cost=_cost(run),
        problem=run.problem,
        post_id=run.post_id,
        steps=[_step(step, now) for step in steps],
    )


def _cost(run: Any) -> Decimal:
    """The annotation of `with_cost`."""
    cost: Decimal = run.cost
    return cost


def _step(step: Step, now: datetime) -> StepProgress:
    began = step.started_at
    is_over = step.status in (Step.Status.SUCCEEDED, Step.Status.FAILED)
    return StepProgress(
        name=step.name,
        index=step.index,
        label=LABELS.get(step.name, step.name.capitalize()),
        status=step.status,
        activity=step.activity,
        problem=step.problem,
        seconds=_seconds(began, step.finished_at if is_over else None, now) if began else None,
    )


def _percent(steps: list[Step]) -> int:
    """Each stage counts the same, so that the bar does not go back when a stage fans out."""
    stages: dict[str, list[bool]] = defaultdict(list)
    for step in steps:
        stages[step.name].append(_is_finished(step))
    shares = [sum(done) / len(done) for done in stages.values()]
    return int(100 * sum(shares) / len(shares)) if shares else 0


def _activity(run: Run, steps: list[Step]) -> str:
    """One line: what is going on, or what the run waits for."""
    if not run.is_active:
        return run.get_status_display()
    if run.status == Run.Status.PAUSED:
        return "Waits for somebody to look at the outline"
    working = [step for step in steps if step.status == Step.Status.RUNNING]
    for step in working:
        if step.activity:
            return step.activity
    if waiting := next((step.activity for step in steps if step.activity), ""):
        return waiting
    if run.status == Run.Status.QUEUED:
        return "Waiting for a worker"
    current = working or [step for step in steps if step.status == Step.Status.PENDING]
    return LABELS.get(current[0].name, current[0].name) if current else ""


def _is_finished(step: Step) -> bool:
    return step.status == Step.Status.SUCCEEDED


def _seconds(start: datetime, end: datetime | None, now: datetime) -> float:
    return round(max(0.0, ((end or now) - start).total_seconds()), 1)
