"""Today: what needs me now, what goes on by itself, and what it cost."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, Q, Subquery, Sum
from django.http import HttpRequest
from django.utils import timezone

from blog import counting
from blog.admin_theme import desk_url
from blog.models import Post
from blog.querysets import TEXTS
from generation.admin.wording import RUN_TONES, dollars, run_url
from generation.models import ModelCall, Run
from publishing.models import Delivery, WorkflowEvent

SHOWN = 6
_BADGE_BOUND = 999


def waiting_count(request: HttpRequest) -> str:
    """Return how many posts wait for review, for the sidebar; "" for none."""
    if not request.user.has_perm("blog.view_post"):
        return ""
    waiting = counting.up_to(Post.objects.in_review(), _BADGE_BOUND)
    return (f"{waiting.number}+" if waiting.is_more else str(waiting)) if waiting else ""


def show_dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add what the first page shows to those who may see it."""
    now = timezone.now()
    if request.user.has_perm("blog.view_post"):
        context |= _posts(now)
    if request.user.has_perm("generation.view_run"):
        context |= {"runs": _runs(now), **_costs(now)}
    if request.user.has_perm("publishing.view_delivery"):
        context["dead_deliveries"] = counting.up_to(Delivery.objects.filter(status="dead"))
    return context | {"title": "Today", "now": timezone.localtime(now)}


def _posts(now: Any) -> dict[str, Any]:
    rows = Post.objects.select_related("author").defer(*TEXTS)
    note = WorkflowEvent.objects.filter(post=OuterRef("pk")).order_by("-pk").values("note")[:1]
    waiting = rows.in_review().order_by("updated_at")
    drafts = rows.filter(status="draft").annotate(last_note=Subquery(note)).order_by("-updated_at")
    return {
        "waiting": _linked(waiting[:SHOWN]),
        "waiting_total": counting.up_to(waiting),
        "scheduled": _linked(rows.to_come(now)[:SHOWN]),
        "drafts": _linked(drafts[:SHOWN]),
        "live_total": counting.up_to(Post.objects.published(now).newest_first()),
    }


def _linked(posts: Any) -> list[tuple[Post, str]]:
    return [(post, desk_url(post.pk)) for post in posts]


def _runs(now: Any) -> list[tuple[Run, str, str]]:
    """Those that go on, and the failures of a week that nobody has answered yet."""
    latest = Run.objects.filter(brief=OuterRef("brief")).order_by("-created_at").values("pk")[:1]
    rows = Run.objects.annotate(latest=Subquery(latest)).filter(
        Q(status__in=Run.ACTIVE)
        | Q(status="failed", pk=Subquery(latest), created_at__gt=now - timedelta(days=7))
    )
    shown = rows.select_related("brief").order_by("-created_at")[:SHOWN]
    return [(run, run_url(run), RUN_TONES[run.status]) for run in shown]


def _costs(now: Any) -> dict[str, str]:
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    spent = ModelCall.objects.paid()
    sums = spent.filter(created_at__gte=today.replace(day=1)).aggregate(
        month=Sum("cost"), today=Sum("cost", filter=Q(created_at__gte=today))
    )
    return {
        "cost_today": dollars(sums["today"] or Decimal(0)),
        "cost_month": dollars(sums["month"] or Decimal(0)),
    }
