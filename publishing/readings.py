"""How the desk is doing, in a few numbers for whoever is on call."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Min
from django.utils import timezone

from blog.models import Post
from publishing import schedules
from publishing.models import Delivery

# Beat writes down what it did every three minutes.
_PATIENCE = timedelta(minutes=10)


def readings() -> Mapping[str, float]:
    """Return how late, in seconds, updates and messages are, and how many schedules were missed."""
    now = timezone.now()
    update = Post.objects.with_due_update(now).aggregate(at=Min("update_at"))["at"]
    due = Delivery.objects.sendable(now).order_by()
    delivery = due.aggregate(at=Min("next_attempt_at"))["at"]
    return {
        "slot_lateness_seconds": _seconds_since(update, now),
        "delivery_age_seconds": _seconds_since(delivery, now),
        "missed_slots": sum(_was_missed(row, now) for row in schedules.ours().filter(enabled=True)),
    }


def _seconds_since(at: datetime | None, now: datetime) -> float:
    return (now - at).total_seconds() if at else 0.0


def _was_missed(row: Any, now: datetime) -> bool:
    """Whether it should have run after it last did (or was changed), and has not."""
    after = max(row.last_run_at or row.date_changed, row.date_changed)
    return any(at < now - _PATIENCE for at in schedules.next_runs(row, n=1, now=after))
