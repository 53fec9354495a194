"""Which briefs, runs, steps and calls: the vocabulary of the writers' room."""

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Sum
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Now

if TYPE_CHECKING:
    from generation.models import Brief, ModelCall, Run, Step  # noqa: F401


_BEGUN = ["queued", "running", "paused", "succeeded"]


class BriefQuerySet(models.QuerySet["Brief"]):
    """Which briefs."""

    def ready(self) -> Self:
        """Wanted, and neither written nor being written."""
        return self.filter(is_dismissed=False).exclude(runs__status__in=_BEGUN)

    def begun(self) -> Self:
        """Written, or being written."""
        return self.filter(runs__status__in=_BEGUN).distinct()

    def most_urgent_first(self) -> Self:
        """By due date, those without one last, then by age."""
        return self.order_by(F("due_on").asc(nulls_last=True), "created_at", "pk")


class RunQuerySet(models.QuerySet["Run"]):
    """Which runs."""

    def active(self) -> Self:
        """Queued, running, or waiting for an editor."""
        return self.filter(status__in=self.model.ACTIVE)

    def overdue(self) -> Self:
        """Still going on after their deadline, by the database's clock."""
        return self.filter(status__in=self.model.MOVING, deadline_at__lt=Now())

    def with_cost(self) -> Self:
        """Annotate `cost`: US dollars settled, or unknown and counted as spent."""
        return self.annotate(cost=Coalesce(Sum("model_calls__cost"), Decimal(0)))

    def costs(self, most: int) -> list[Decimal]:
        """Return what the first `most` of them cost, US dollars."""
        rows: Any = self.with_cost()
        return list(rows.values_list("cost", flat=True)[:most])


class StepQuerySet(models.QuerySet["Step"]):
    """Which steps."""

    def ready(self, now: datetime | Combinable | None = None) -> Self:
        """Due by the database's clock, of an active run, every earlier position finished."""
        earlier = self.model.objects.filter(
            run=OuterRef("run"), position__lt=OuterRef("position")
        ).exclude(status="succeeded")
        return self.filter(
            ~Exists(earlier),
            status="pending",
            run_after__lte=now or Now(),
            run__status__in=["queued", "running"],
        )

    def abandoned(self, now: datetime | Combinable | None = None) -> Self:
        """Claimed by a worker whose lease ran out by the database's clock."""
        return self.filter(status="running", lease_expires_at__lt=now or Now())


class ModelCallQuerySet(models.QuerySet["ModelCall"]):
    """Which calls, and what they cost."""

    def booked(self) -> Self:
        """Over, whatever came of it: `cost` says what it cost."""
        return self.exclude(state="reserved")

    def paid(self) -> Self:
        """Over, and asked of a real model: what counts as money."""
        return self.booked().filter(is_sample=False)

    def spent(self) -> Decimal:
        """US dollars: settled, and unknown counted as spent."""
        total: Decimal | None = self.booked().aggregate(total=Sum("cost"))["total"]
        return total or Decimal(0)
