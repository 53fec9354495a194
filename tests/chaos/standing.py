"""What the storm asks the database while it blows."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, Max, OuterRef
from django.db.models.functions import Now
from django.utils import timezone

from blog.models import Post
from generation.models import Run, Step
from publishing.models import Delivery


def active() -> int:
    return Run.objects.active().count()


def written() -> list[Any]:
    mine = Run.objects.filter(status="succeeded", post__approved_revision=None)
    return list(mine.order_by("finished_at").values_list("pk", flat=True))


def out_of_budget() -> int:
    return Run.objects.filter(status="failed", problem__contains="budget").count()


def failed() -> list[Any]:
    """Those that Retry can help: of a brief that was begun anew, another may have been filed."""
    written = Run.objects.filter(brief=OuterRef("brief"), status="succeeded")
    failed = Run.objects.filter(~Exists(written), status="failed")
    return list(failed.values_list("pk", flat=True))


def some_posts() -> list[tuple[str, str, bool]]:
    """The newest post that has been live for two seconds, and one that nobody approved."""
    due = timezone.now() - timedelta(seconds=2)
    live = Post.objects.published(due).order_by("-publish_at")
    waiting = Post.objects.filter(approved_revision=None).order_by("?")
    return [
        *((p.approved_revision.slug, p.approved_revision.title, True) for p in live[:1]),
        *((p.latest_revision.slug, p.latest_revision.title, False) for p in waiting[:1]),
    ]


def is_still(slug: str, *, is_live: bool) -> bool:
    """Whether a post is (not) approved as it was before."""
    return Post.objects.filter(
        latest_revision__slug=slug, approved_revision__isnull=not is_live
    ).exists()


def overdue_seconds() -> float:
    found = Step.objects.filter(status="running").aggregate(
        longest=Max(Now() - F("lease_expires_at"))
    )["longest"]
    return max(0.0, found.total_seconds()) if found else 0.0


def nothing_waits() -> bool:
    now: datetime = timezone.now()
    return not (
        failed()
        or Run.objects.exclude(status__in=["succeeded", "failed"]).exists()
        or Post.objects.filter(publish_at__gt=now).exists()
        or Delivery.objects.exclude(status="delivered").exists()
        or Post.objects.published().exclude(deliveries__status="delivered").exists()
    )
