"""Start, retry and cancel runs: change the rows, then wake a worker once they are committed."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import structlog
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.utils import timezone

from blog.models import Revision
from generation import (
    budget,
    contributors,
    crew,
    forecasting,
    leases,
    pipeline,
    prices,
    prompt_versions,
    reworking,
    sweeping,
    tasks,
    topics,
)
from generation.forecasting import Forecast
from generation.models import Brief, ContentPlan, Run, Source, Step

log = structlog.get_logger(__name__)

SAMPLE_MODEL = "sample"


class BriefNotReady(Exception):
    """The brief can't be written as it is; says what to do about it."""


class RunAlreadyActive(Exception):
    """Somebody is writing this brief already; `run` is that run."""

    def __init__(
        self, run: Run | None, words: str = "This brief is being written already."
    ) -> None:
        super().__init__(words)
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
    _check(brief)
    try:
        with _beginning(brief, trigger):
            run = Run.objects.create(
                brief=brief,
                based_on=_taken_in_hand(brief),
                trigger=trigger,
                requested_by_id=_pk(by),
                request_id=_request_id(),
                model=model_of(brief.plan),
                cover_model=_cover_model_of(brief.plan, brief.kind),
                is_sample=settings.USE_SAMPLE_MODEL,
                prompt_versions=prompt_versions.in_use(brief.plan),
                # Whoever sits at a command line waits for the end.
                pauses_after_outline=brief.plan.pauses_after_outline
                and brief.kind == Brief.Kind.ARTICLE
                and trigger != Run.Trigger.COMMAND,
                deadline_at=_deadline(),
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
            _check_base(run)
            _refuse_second_article(run)
            run.status = Run.Status.QUEUED
            run.problem = ""
            run.cancel_requested_at = run.finished_at = None
            run.deadline_at = _deadline()
            run.request_id = _request_id() or run.request_id
            run.save()
            if by:
                contributors.remember(run, by=by)
            run.steps.filter(status__in=[Step.Status.FAILED, Step.Status.PENDING]).update(
                **leases.AFRESH
            )
            if wake:
                _ring_on_commit(run)
    except IntegrityError:
        raise RunNotRetryable(
            "Another run of this brief is under way; wait for its end or cancel it."
        ) from None
    log.info("run_retried", run_id=str(run.pk), by=_pk(by))
    return run


def _refuse_second_article(run: Run) -> None:
    """A schedule may have begun anew since, and be done."""
    if run.post is None and run.brief.runs.filter(status=Run.Status.SUCCEEDED).exists():
        raise RunNotRetryable(
            "Another run of this brief has filed its article since. Press Generate draft at the"
            " brief if you want a second one."
        )


def go_on(run: Run) -> None:
    """Let a paused run, whose row is locked, be worked on again."""
    run.status, run.deadline_at = Run.Status.QUEUED, _deadline()
    run.save(update_fields=["status", "deadline_at"])
    _ring_on_commit(run)


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


def _check(brief: Brief) -> None:
    plan = brief.plan
    if brief.is_dismissed:
        raise BriefNotReady("This brief was dismissed. Restore it first.")
    if not plan.is_active:
        raise BriefNotReady(f"The plan “{plan}” is switched off. Switch it on first.")
    if obstacle := reworking.obstacle(brief):
        raise BriefNotReady(obstacle)
    standing = plan.sources.exclude(kind=Source.Kind.FEED)
    needs_none = brief.kind == Brief.Kind.TRANSLATION
    if not (needs_none or brief.origin_url or brief.sources.exists() or standing.exists()):
        raise BriefNotReady(
            "This brief has no sources, and AutoBlog writes nothing without evidence."
            " Add a web page, a feed, a note or a file."
        )
    try:
        budget.check(plan, forecast(plan, kind=brief.kind).amount)
    except (prices.UnknownModelPrice, budget.BudgetExceeded) as refusal:
        raise BriefNotReady(str(refusal)) from None


def _taken_in_hand(brief: Brief) -> Revision | None:
    """Lock the post that the brief is about and return what the run begins from."""
    if rival := reworking.rival(brief):
        raise RunAlreadyActive(rival, reworking.UNDER_WAY)
    if obstacle := reworking.obstacle(brief):
        raise BriefNotReady(obstacle)
    return reworking.base_of(brief)


def _check_base(run: Run) -> None:
    """Refuse to resume work on a post that somebody else works on, or that has changed."""
    if reworking.rival(run.brief):
        raise RunNotRetryable(reworking.UNDER_WAY)
    if obstacle := reworking.obstacle(run.brief):
        raise RunNotRetryable(obstacle)
    if run.brief.kind == Brief.Kind.REFRESH and run.based_on != reworking.base_of(run.brief):
        raise RunNotRetryable("The post has changed since this run began. Start a new run.")


@contextmanager
def _beginning(brief: Brief, trigger: Run.Trigger | str) -> Iterator[None]:
    """Open the transaction in which a run begins, if nobody writes about the same."""
    # People may have their reasons to write about a thing twice; a schedule has none.
    is_automatic = trigger == Run.Trigger.SCHEDULE
    with topics.choosing() if is_automatic else transaction.atomic():
        if is_automatic and (similar := similar_topic(brief, is_begun=True)):
            raise BriefNotReady(
                f"There is {similar} already, which is about the same. Dismiss this brief, change"
                " its title, or press Generate draft yourself."
            )
        yield


def similar_topic(brief: Brief, *, is_begun: bool = False) -> topics.Topic | None:
    """Return a post or another brief that is about the same; None when there is none.

    `is_begun`: briefs that only wait to be written do not count.
    """
    if brief.kind != Brief.Kind.ARTICLE:
        return None
    language = brief.plan.language
    return topics.nearest(brief.title, language=language, but_not=brief, is_begun=is_begun)


def forecast(plan: ContentPlan, *, kind: str = Brief.Kind.ARTICLE) -> Forecast:
    """Return what a draft of the plan would cost. Raises UnknownModelPrice."""
    return forecasting.of_article(plan, model_of(plan), _cover_model_of(plan, kind), kind=kind)


def model_of(plan: ContentPlan) -> str:
    """Return the model that a run of the plan would ask."""
    return SAMPLE_MODEL if settings.USE_SAMPLE_MODEL else plan.model or settings.OPENAI_MODEL


def _cover_model_of(plan: ContentPlan, kind: str) -> str:
    """The model that draws a cover; only a new article has none already."""
    if kind != Brief.Kind.ARTICLE or not plan.cover_model:
        return ""
    return SAMPLE_MODEL if settings.USE_SAMPLE_MODEL else plan.cover_model


def _deadline() -> datetime:
    return timezone.now() + timedelta(hours=settings.RUN_DEADLINE_HOURS)


def _ring_on_commit(run: Run) -> None:
    transaction.on_commit(partial(tasks.ring, run.pk), robust=True)


def _request_id() -> str:
    """The id of the web request we are in, so that one id follows a run into the worker."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))[:64]


def _pk(user: AbstractBaseUser | None) -> int | None:
    return user.pk if user else None
