"""AutoBlog without one of its guards: a run that stays green then has tested nothing.

Each function takes one guard out of this process, and so out of all workers that it forks.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.db.models.functions import Now

from blog import crash_points
from config import sweeper
from generation import budget, heartbeat, journal, leases
from generation.models import ModelCall, Run
from generation.schemas import EditedArticle, Evidence, Filed
from generation.steps import file
from publishing.querysets import DeliveryQuerySet

# What finds each of them soonest; the rest of the cases come after these.
SOONEST = {
    "no_fence": ["freeze after_answer"],
    "no_unique_answer": ["crash after_claim"],
    "no_reclaim": ["crash after_claim"],
    "settle_in_two_commits": ["crash before_settle_commit"],
    "no_hold_on_unknown": ["crash after_answer"],
    "no_cap_on_spending": ["broke"],
    "no_settlement": ["crash after_claim"],
    "no_cap_on_attempts": ["poison"],
    "no_heartbeat": ["slow"],
    "file_without_looking": ["crash after_file"],
    "no_delivery_lease": ["crash before_send"],
    "no_delivery_once": ["crash after_send"],
    "no_end_of_a_silent_sweeper": ["freeze during_sweep"],
}


def no_fence() -> None:
    """A lease is good for ever."""
    leases.holding = lambda step_id, fence: Q(pk=step_id, fence__gte=fence)


def no_unique_answer() -> None:
    """The database takes any number of usable answers to a question."""
    _drop("generation_modelcall", "model_call_is_paid_once")


def no_reclaim() -> None:
    """Nobody takes the steps of those who are gone."""
    leases.reclaim = lambda: 0


def settle_in_two_commits() -> None:
    """First the cost, then the answer."""

    def close(call: Any, question: Any, started: float, **fields: Any) -> None:
        answer = {name: fields.pop(name) for name in ("is_usable", "answer") if name in fields}
        with leases.saving(question.lease):
            ModelCall.objects.filter(pk=call.pk).update(finished_at=Now(), **fields)
            call.cost = fields["cost"]
            budget.settle([call])
        crash_points.reach("before_settle_commit")
        with leases.saving(question.lease):
            ModelCall.objects.filter(pk=call.pk).update(**answer) if answer else None
        crash_points.reach("after_settle")

    journal._close = close


def no_hold_on_unknown() -> None:
    """An answer that was lost is taken to have cost nothing."""
    released = {"state": ModelCall.State.RELEASED, "cost": Decimal(0)}

    def book_lost_calls() -> None:
        lost = ModelCall.objects.filter(~Q(step__status="running"), state="reserved")
        calls = list(lost.select_for_update(of=("self",)))
        for call in calls:
            call.cost = Decimal(0)
        here = ModelCall.objects.filter(pk__in=[call.pk for call in calls])
        here.update(**released, outcome="worker_lost")
        budget.settle(calls)

    leases.book_lost_calls = book_lost_calls
    journal._unknown = lambda _call, outcome: {**released, "outcome": outcome}


def no_cap_on_spending() -> None:
    """A hold is made whatever is left."""
    hold = budget._hold

    def without_limit(row: Any, amount: Decimal, today: Any) -> int:
        row.limit = Decimal(10_000)
        return hold(row, amount, today)

    budget._hold = without_limit


def no_settlement() -> None:
    """What was held stays held."""
    budget.settle = lambda calls: None


def no_cap_on_attempts() -> None:
    """A step may outlive any number of workers."""
    settings.STEP_MAX_ATTEMPTS = 1000


def no_heartbeat() -> None:
    """A lease ends when it ends, however alive the worker is."""
    heartbeat.beat = lambda: 0


def file_without_looking() -> None:
    """The draft is filed again by whoever comes again."""

    def run(context: Any) -> Filed:
        evidence = context.output_of("research", Evidence)
        article = context.output_of("edit", EditedArticle)
        with context.saving():
            again = Run.objects.get(pk=context.run.pk)
            again.post = again.filed_revision = None
            file._file(context, again, article, evidence)
            context.run.refresh_from_db(fields=["post"])
            claims = context.run.claims.count()
        crash_points.reach("after_file")
        return Filed(post_id=context.run.post_id, claims=claims, sources=1)

    file.run = run


def no_delivery_lease() -> None:
    """Nobody takes the message of a sender who is gone."""

    def due(self: Any, now: Any = None) -> Any:
        waiting = Q(status="pending", next_attempt_at__lte=now or Now())
        return self.filter(waiting).order_by("next_attempt_at", "pk")

    DeliveryQuerySet.due = due


def no_delivery_once() -> None:
    """The database takes any number of messages about one event."""
    _drop("publishing_delivery", "delivery_is_made_once")


def no_end_of_a_silent_sweeper() -> None:
    """Who holds the lock of the sweepers holds it for ever."""
    sweeper.SILENCE_SECONDS = 0  # which is never


def _drop(table: str, name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}")
        cursor.execute(f"DROP INDEX IF EXISTS {name}")
    connection.close()


MUTANTS: dict[str, Callable[[], None]] = {name: globals()[name] for name in SOONEST}
