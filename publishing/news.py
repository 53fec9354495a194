"""What a channel has not heard yet: what readers can see, compared with what it was told last."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from blog.models import Post
from publishing.models import Channel, Delivery

# Clocks differ, and a transaction commits some time after it looked at its own.
OVERLAP = timedelta(minutes=10)

_ON_AIR = (Delivery.Event.PUBLISHED, Delivery.Event.UPDATED)


def news_for(channel: Channel, now: datetime) -> Iterator[Delivery]:
    """Yield the unsaved deliveries that the channel lacks.

    A channel hears the whole story of a post or nothing: posts that went live before the channel
    was made are not announced, nor are their updates.
    """
    for post in _touched(channel, now):
        heard = (post.heard_event, post.heard_revision)
        if news := _news(*heard, public=post.approved_revision_id if post.is_public else None):
            event, revision_id = news
            yield Delivery(
                channel=channel,
                post=post,
                event=event,
                revision_id=revision_id,
                created_at=now,
                next_attempt_at=now,
            )


def _news(
    heard_event: str | None, heard_revision: int, *, public: int | None
) -> tuple[str, int] | None:
    """Return what to say about which revision, or None where the channel is up to date."""
    if heard_event not in _ON_AIR:
        return (Delivery.Event.PUBLISHED, public) if public else None
    if public is None:
        return Delivery.Event.WITHDRAWN, heard_revision
    return (Delivery.Event.UPDATED, public) if public != heard_revision else None


def _touched(channel: Channel, now: datetime) -> QuerySet[Any]:
    """Posts that changed or came due since the last look, with what the channel heard of each."""
    since = channel.announced_until - OVERLAP
    told = Delivery.objects.filter(channel=channel, post=OuterRef("pk")).order_by("-created_at")
    came_due = Q(approved_revision__isnull=False, publish_at__gt=since, publish_at__lte=now)
    changed = Q(status__in=Post.Status.values, updated_at__gt=since)
    return (
        Post.objects.filter(came_due | changed)
        .annotate(
            is_public=Exists(Post.objects.published(now).filter(pk=OuterRef("pk"))),
            heard_event=Subquery(told.values("event")[:1]),
            heard_revision=Subquery(told.values("revision")[:1]),
        )
        .filter(Q(publish_at__gte=channel.created_at) | Q(heard_event__isnull=False))
        .only("pk", "approved_revision", "publish_at")
        .order_by("pk")
    )
