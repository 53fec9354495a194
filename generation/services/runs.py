"""Start, retry and cancel runs: change the rows, then wake a worker once they are committed."""

from functools import partial
from uuid import UUID

import structlog
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils import timezone

from generation import contributors, crew, leases, pipeline, prices, sweeping, tasks
from generation.models import Brief, Run, Source, Step

log = structlog.get_logger(__name__)

SAMPLE_MODEL = "sample"


class BriefNotReady(Exception):
    """The brief can't be written as it is; says what to do about it."""


class RunAlreadyActive(Exception):
    """Somebody is writing this brief already; `run` is that run."""

    def __init__(self, run: Run | None) -> None:
        super().__init__("This brief is being written already.")
        self.run = run


class RunNotRetryable(Exception):
    """There is nothing to resume; says why."""


class RunNotActive(Exception):
    """The run is over; there is nothing to cancel."""


def start_run(
    brief: Brief, *, by: AbstractBaseUser | None, trigger: Run.Trigger | str, wake: bool = True
) -> Run:
    """Begin to write a brief; `wake` no worker if you advance the run yourself.

    Raises BriefNotReady and RunAlreadyActive.
    """
    model = SAMPLE_MODEL if settings.USE_SAMPLE_MODEL else brief.plan.model or settings.OPENAI_MODEL
    _check(brief, model)
    try:
        with transaction.atomic():
            run = Run.objects.create(
                brief=brief,
                trigger=trigger,
                requested_by_id=_pk(by),
                request_id=_request_id(),
                model=model,
                is_sample=settings.USE_SAMPLE_MODEL,
            )
            pipeline.plan_steps(run)
            if wake:
                _ring_on_commit(run)
    except IntegrityError:
        raise RunAlreadyActive(brief.runs.active().first()) from None
    log.info("run_started", run_id=str(run.pk), trigger=run.trigger)
    return run


def retry_run(run: Run, *, by: AbstractBaseUser | None, wake: bool = True) -> Run:
    """Resume a run at its first step without a result. Raises RunNotRetryable."""
    try:
        with transaction.atomic():
            run = Run.objects.select_for_update().get(pk=run.pk)
            if run.status not in (Run.Status.FAILED, Run.Status.CANCELLED):
                raise RunNotRetryable(
                    f"This run is {run.get_status_display().lower()}; only a failed or cancelled"
                    " one can be retried."
                )
            run.status = Run.Status.QUEUED
            run.problem = ""
            run.cancel_requested_at = run.finished_at = None
            run.request_id = _request_id() or run.request_id
            run.save()
            if by:
                contributors.remember(run, by=by)
            run.steps.filter(status__in=[Step.Status.FAILED, Step.Status.PENDING]).update(
                status=Step.Status.PENDING,
                attempts=0,
                run_after=Now(),
                problem="",
                activity="",
                started_at=None,
                finished_at=None,
            )
            if wake:
                _ring_on_commit(run)
    except IntegrityError:
        raise RunNotRetryable(
            "Another run of this brief is under way; wait for its end or cancel it."
        ) from None
    log.info("run_retried", run_id=str(run.pk), by=_pk(by))
    return run


def cancel_run(run: Run, *, by: AbstractBaseUser | None) -> Run:
    """Stop a run; a step at work notices before its next request. Raises RunNotActive."""
    with transaction.atomic():
        run = Run.objects.select_for_update().get(pk=run.pk)
        if not run.is_active:
            raise RunNotActive(f"This run is {run.get_status_display().lower()} already.")
        run.status = Run.Status.CANCELLED
        run.cancel_requested_at = run.finished_at = timezone.now()
        run.problem = f"Cancelled by {by}." if by else "Cancelled."
        run.save()
    log.info("run_cancelled", run_id=str(run.pk), by=_pk(by))
    return run


def advance(run_id: UUID) -> None:
    """Work on a run, here and now, until none of its steps is ready."""
    pipeline.advance(run_id)


def sweep() -> int:
    """Bring back what stopped; returns how many runs waited for a worker."""
    return sweeping.sweep(ring=tasks.ring)


def muster(size: int) -> None:
    """Let this process work on runs with so many threads, from now on."""
    crew.muster(size, partial(pipeline.take_up, ring=tasks.ring))


def rest(seconds: float) -> bool:
    """Wait until no thread of this process works on a run, so long at most; returns whether."""
    return crew.rest(seconds)


def reclaim() -> int:
    """Take steps from workers that are gone, as the sweep does; returns how many."""
    return leases.reclaim()


def stop_claiming() -> None:
    """Let this process take no further step: it is about to end."""
    pipeline.stopping.set()


def give_back_leases() -> int:
    """Let other workers go on at once with the steps of this one; returns how many there were."""
    return leases.give_back_all()


def _check(brief: Brief, model: str) -> None:
    plan = brief.plan
    if brief.is_dismissed:
        raise BriefNotReady("This brief was dismissed. Restore it first.")
    if not plan.is_active:
        raise BriefNotReady(f"The plan “{plan}” is switched off. Switch it on first.")
    standing = plan.sources.exclude(kind=Source.Kind.FEED)
    if not (brief.origin_url or brief.sources.exists() or standing.exists()):
        raise BriefNotReady(
            "This brief has no sources, and AutoBlog writes nothing without evidence."
            " Add a web page, a feed, a note or a file."
        )
    try:
        prices.price_of(model)
    except prices.UnknownModelPrice as unknown:
        raise BriefNotReady(str(unknown)) from None


def _ring_on_commit(run: Run) -> None:
    transaction.on_commit(partial(tasks.ring, run.pk), robust=True)


def _request_id() -> str:
    """The id of the web request we are in, so that one id follows a run into the worker."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))[:64]


def _pk(user: AbstractBaseUser | None) -> int | None:
    return user.pk if user else None
