"""How the writers' room is doing, in a few numbers for whoever is on call."""

from collections.abc import Mapping
from datetime import timedelta

from django.db.models import Count, Min
from django.utils import timezone

from generation import budget
from generation.models import ModelCall, Step

_SPENT = timedelta(hours=1)
_FAILED = timedelta(minutes=5)


def readings() -> Mapping[str, float]:
    """Return seconds the oldest step is due, steps due or in hand, dollars and failures of late."""
    now = timezone.now()
    ready = Step.objects.ready(now).order_by()
    waiting = ready.aggregate(oldest=Min("run_after"), count=Count("pk"))
    in_hand = Step.objects.filter(status=Step.Status.RUNNING).count()
    calls = ModelCall.objects.filter(created_at__gte=now - _SPENT)
    failed = calls.booked().filter(created_at__gte=now - _FAILED).exclude(outcome="").count()
    return {
        "queue_age_seconds": (now - (waiting["oldest"] or now)).total_seconds(),
        "queue_depth": waiting["count"] + in_hand,
        "spend_usd": float(calls.paid().spent()),
        "model_errors": failed,
        "budget_used_percent": max(map(_used, budget.standings()), default=0.0),
    }


def _used(standing: budget.Standing) -> float:
    limit = standing.budget.limit
    return float(100 * (limit - standing.left) / limit) if limit else 0.0
