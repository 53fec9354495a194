"""Which deliveries wait, and which of them may go now."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

if TYPE_CHECKING:
    from publishing.models import Delivery  # noqa: F401


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Which deliveries."""

    def due(self, now: datetime | None = None) -> Self:
        """Waiting and due, or claimed by a sender that died; oldest first."""
        now = now or timezone.now()
        return self.filter(
            Q(status="pending", next_attempt_at__lte=now)
            | Q(status="sending", lease_expires_at__lt=now)
        ).order_by("next_attempt_at", "pk")

    def sendable(self, now: datetime | None = None) -> Self:
        """Due, of an enabled channel, after whatever the channel has to hear of the post first."""
        earlier = self.model.objects.filter(
            channel=OuterRef("channel"),
            post=OuterRef("post"),
            created_at__lt=OuterRef("created_at"),
            status__in=["pending", "sending"],
        )
        return self.due(now).filter(~Exists(earlier), channel__is_enabled=True)
