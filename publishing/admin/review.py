"""The review desk: the queue, and a page with draft, evidence and decision side by side."""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_POST

from blog import comparing
from blog.admin import states
from blog.admin.bulk_pages import ActsInBulk
from blog.admin.lists import AssistanceFilter, KeptByForms, ListsPosts
from blog.admin_theme import (
    AutocompleteSelectFilter,
    ReadOnlyAdmin,
    actor,
    desk_url,
    display,
    state_column,
)
from blog.models import Post
from blog.querysets import APPEARS, TEXTS
from generation.admin import dossier
from publishing import history, permissions, signing, workflow
from publishing.admin.decisions import FORMS, NoteForm, decide
from publishing.admin.stages import StageFilter
from publishing.models import QueuedPost


class KeptStageFilter(KeptByForms, StageFilter):
    """The stages, beside filters that are sent as a form."""


@admin.register(QueuedPost)
class ReviewAdmin(ListsPosts[QueuedPost], ActsInBulk[QueuedPost], ReadOnlyAdmin[QueuedPost]):
    """Posts as the desk sees them."""

    list_display = ["title", "state", "author", "since", "appears"]
    list_filter = [
        KeptStageFilter,
        ("is_ai_generated", AssistanceFilter),
        ("author", AutocompleteSelectFilter),
    ]
    sortable_by = ["since"]

    @state_column("State", states.TONES)
    def state(self, post: Post) -> tuple[str, str]:
        """Where it stands."""
        state = states.state_of(post)
        return state.key, state.label

    @display(description="Last change", ordering="updated_at")
    def since(self, post: Post) -> Any:
        """Since when it stands there."""
        return post.updated_at

    @display(description="Appears", ordering=APPEARS, empty_value="—")
    def appears(self, post: Post) -> Any:
        """When readers see it, or its update, if that is decided."""
        return post.update_at or (post.publish_at if post.approved_revision_id else None)

    def get_ordering(self, request: HttpRequest) -> list[Any]:
        """What waits longest first, then what appears next; each stage in its own order."""
        return StageFilter.ordering_of(request.GET.get(StageFilter.parameter_name))

    def get_queryset(self, request: HttpRequest) -> QuerySet[QueuedPost]:
        """Without the texts."""
        rows = super().get_queryset(request).select_related("author")
        return rows.defer(*TEXTS)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may see posts."""
        return request.user.has_perm("blog.view_post")

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whoever may see posts."""
        return self.has_view_permission(request)

    def get_urls(self) -> list[URLPattern]:
        """With the decisions, each a POST."""
        decide_view = self.admin_site.admin_view(require_POST(self.decide_view))
        name = "publishing_queuedpost_decide"
        return [
            path("<int:post_id>/decide/<slug:move>/", decide_view, name=name),
            *super().get_urls(),
        ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the review page."""
        return self._page(request, _find(request, object_id))

    def decide_view(self, request: HttpRequest, post_id: int, move: str) -> HttpResponse:
        """Make a decision; a refusal shows the page again with everything that was typed."""
        post = _find(request, str(post_id))
        if move not in FORMS:
            raise Http404
        form = FORMS[move](request.POST, prefix=move)
        if form.is_valid():
            try:
                messages.success(request, decide(move, post, form.cleaned_data, by=actor(request)))
            except workflow.TransitionNotAllowed as refusal:
                form.add_error(None, str(refusal))
                post = _find(request, str(post_id))
            else:
                return redirect("admin:publishing_queuedpost_change", post_id)
        return self._page(request, post, bound={move: form})

    def _page(
        self, request: HttpRequest, post: Post, bound: dict[str, NoteForm] | None = None
    ) -> HttpResponse:
        context = (
            self.admin_site.each_context(request)
            | page_of(post, request, bound or {})
            | {
                "opts": self.opts,
                "original": post,
                "title": post.title,
                "desk_url": desk_url(post.pk),
            }
        )
        return TemplateResponse(request, "admin/publishing/queuedpost/review.html", context)


def _find(request: HttpRequest, post_id: str) -> Post:
    if not request.user.has_perm("blog.view_post"):
        raise PermissionDenied
    if not post_id.isdecimal():
        raise Http404
    rows = QueuedPost.objects.select_related(
        *("latest_revision__author", "latest_revision__category", "latest_revision__cover"),
        *("approved_revision__author", "approved_revision__category", "approved_revision__cover"),
        "update_revision",
    )
    return get_object_or_404(rows, pk=post_id)


def page_of(post: Post, request: HttpRequest, bound: dict[str, NoteForm]) -> dict[str, Any]:
    """Return what the review page shows."""
    allowed = {move.name for move in workflow.available(post, request.user)}
    # A refused decision stays on the page although it is no longer on offer.
    moves = [
        (name, workflow.TRANSITIONS[name].label, bound.get(name) or _form(name, post))
        for name in FORMS
        if name in allowed or name in bound
    ]
    return {
        "post": post,
        "revision": post.latest_revision,
        "state": states.state_of(post),
        "seen_by_readers": states.seen_by_readers(post),
        "moves": moves,
        "may_rework": post.status != Post.Status.ARCHIVED
        and request.user.has_perm("generation.add_brief"),
        "opened": next(iter(bound), "approve" if "approve" in allowed else ""),
        "why_not": why_not_approve(post, request),
        "hands": get_user_model().objects.filter(pk__in=_hands(post)),
        "is_four_eyes": settings.FOUR_EYES,
        "report": dossier.report_on(post),
        "dossier": dossier.of_post(post),
        **_changes(post),
        "history": history.of_post(post),
        "deliveries": post.deliveries.select_related("channel")[:10],
        "now": timezone.localtime(),
        "zone": timezone.get_current_timezone_name(),
    }


def _changes(post: Post) -> dict[str, Any]:
    """Return what the latest revision changes of what was approved, or of what the run wrote."""
    latest = post.latest_revision
    before = post.approved_revision or post.revisions.order_by("number").first()
    if latest is None or before is None or before == latest:
        return {}
    return {"changes": comparing.revisions(before, latest), "changed_since": before}


def why_not_approve(post: Post, request: HttpRequest) -> str:
    """Return why this person can't approve the post now; "" when they can or nothing is to do."""
    if post.status != Post.Status.IN_REVIEW:
        return ""
    if not permissions.can(request.user, "approve"):
        return "Approving needs the permission that Editors and Publishers have."
    if signing.needs_somebody_else(post, request.user):
        return (
            "You had a hand in this text: you wrote, commissioned or edited it or its brief."
            " Somebody else has to approve it, so that four eyes have seen it."
        )
    return ""


def _form(name: str, post: Post) -> NoteForm:
    revision = post.latest_revision
    initial: dict[str, Any] = {"revision": revision.number if revision else None}
    if name in ("approve", "reschedule") and (at := history.time_to_come(post, timezone.now())):
        initial |= {"when": "at", "publish_at": at}
    return FORMS[name](prefix=name, initial=initial)


def _hands(post: Post) -> list[int]:
    return post.latest_revision.contributor_ids if post.latest_revision else []
