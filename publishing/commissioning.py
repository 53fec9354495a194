"""Commissions the most urgent briefs: what a schedule does when its time has come."""

from datetime import datetime

import structlog
from django.utils import timezone
from pydantic import BaseModel, Field

from generation import services
from generation.models import Brief, ContentPlan, Run

log = structlog.get_logger(__name__)


# The name that messages and schedules carry: permanent.
TASK = "publishing.commission_briefs"
MOST_BRIEFS = 50


class Order(BaseModel):
    """What a schedule asks for; what else its row or message says is passed over."""

    plan_id: int | None = None
    count: int = Field(default=1, ge=1, le=MOST_BRIEFS)


class PlanNotFound(Exception):
    """The plan that was to be commissioned from is gone."""


def commission_briefs(
    *, plan_id: int | None = None, count: int = 1, now: datetime | None = None
) -> list[Run]:
    """Start a run for each of the `count` most urgent briefs; return the runs that were started.

    Without a plan the briefs of all active plans compete. Where the backlog has too few, plans that
    may take topics from their feeds. A brief that can't be started is
    reported in the log and the next one takes its place; nothing here stops the others. Of two
    callers at once only one starts a brief (the database allows one active run for each).
    Raises PlanNotFound.
    """
    runs: list[Run] = []
    for brief in _candidates(plan_id, now or timezone.now()):
        if len(runs) >= count:
            break
        if run := _start(brief):
            runs.append(run)
    while len(runs) < count and (run := _discovered(plan_id)):
        runs.append(run)
    if len(runs) < count:
        log.warning("fewer_briefs_than_wanted", plan_id=plan_id, wanted=count, started=len(runs))
    return runs


def _candidates(plan_id: int | None, now: datetime) -> list[Brief]:
    briefs = Brief.objects.ready().filter(plan__is_active=True, created_at__lte=now)
    if plan_id is not None:
        if not ContentPlan.objects.filter(pk=plan_id).exists():
            raise PlanNotFound(f"The plan {plan_id} does not exist any more; edit the schedule.")
        briefs = briefs.filter(plan=plan_id)
    return list(briefs.most_urgent_first().select_related("plan"))


def _discovered(plan_id: int | None) -> Run | None:
    """A run of a topic that a plan found in its feeds, if any may and does."""
    plans = ContentPlan.objects.filter(is_active=True, discovers_topics=True)
    for plan in plans if plan_id is None else plans.filter(pk=plan_id):
        if brief := services.discover_topic(plan):
            return _start(brief)
    return None


def _start(brief: Brief) -> Run | None:
    try:
        return services.start_run(brief, by=None, trigger=Run.Trigger.SCHEDULE)
    except (services.RunAlreadyActive, services.BriefNotReady) as refusal:
        log.warning("brief_passed_over", brief_id=brief.pk, reason=str(refusal))
    except Exception:
        log.exception("brief_passed_over", brief_id=brief.pk)
    return None
