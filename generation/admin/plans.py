"""Plans with their backlog and feeds, and the style guides that give them a voice."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from blog.admin_theme import LinesField, ModelAdmin, ModelForm, actor, display, widgets
from blog.querysets import TEXTS
from generation import contributors
from generation.admin import picking
from generation.admin.sources import SourceInline
from generation.admin.wording import state_of
from generation.models import Brief, ContentPlan, Run, Source, StyleGuide

SHOWN_BRIEFS = 25


def with_runs(briefs: QuerySet[Brief]) -> QuerySet[Brief]:
    """Return `briefs` with all that `wording.state_of` looks at, in two more queries."""
    posts = Run.objects.select_related("post").defer(*(f"post__{name}" for name in TEXTS))
    return briefs.prefetch_related(Prefetch("runs", queryset=posts.order_by("-created_at")))


class ContentPlanForm(ModelForm[ContentPlan]):
    """A plan, in the editors' words."""

    class Meta:
        model = ContentPlan
        fields = "__all__"
        labels = {"is_active": "Active", "target_words": "Words an article should have"}
        help_texts = {"is_active": "Switched off, nothing of it is written."}
        widgets = {"description": widgets.Textarea(attrs={"rows": 3})}


@admin.register(ContentPlan)
class ContentPlanAdmin(ModelAdmin[ContentPlan]):
    """What to write about, for whom, under whose name."""

    form = ContentPlanForm
    list_display = ["name", "author", "category", "open_briefs", "is_active"]
    list_filter = ["is_active", "category"]
    search_fields = ["name", "description"]
    autocomplete_fields = ["author", "category", "style_guide"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [SourceInline]
    fieldsets = [
        (None, {"fields": ["name", "description", "is_active"]}),
        ("Voice", {"fields": ["style_guide", "author", "category"]}),
        (
            "Details",
            {
                "fields": [
                    *("target_words", "language", "model", "cover_model"),
                    *("discovers_topics", "pauses_after_outline", "slug"),
                ],
                "classes": ["collapse"],
            },
        ),
    ]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Remember who wrote the standing material."""
        super().save_related(request, form, formsets, change)
        for sources in formsets:
            for source in [*sources.new_objects, *(row for row, _ in sources.changed_objects)]:
                contributors.remember_source(source, by=actor(request))

    @display(description="Briefs", ordering="brief_count")
    def open_briefs(self, plan: Any) -> int:
        """How many briefs are not dismissed."""
        count: int = plan.brief_count
        return count

    def get_queryset(self, request: HttpRequest) -> QuerySet[ContentPlan]:
        """With the number of briefs."""
        wanted = Count("briefs", filter=Q(briefs__is_dismissed=False), distinct=True)
        rows = super().get_queryset(request).select_related("author", "category")
        return rows.annotate(brief_count=wanted)

    def get_urls(self) -> list[URLPattern]:
        """With the page that picks from a feed."""
        view = self.admin_site.admin_view(self.pick_view)
        pick = path("<int:plan_id>/feeds/<int:source_id>/", view, name="generation_pick_from_feed")
        return [pick, *super().get_urls()]

    def pick_view(self, request: HttpRequest, plan_id: int, source_id: int) -> HttpResponse:
        """Show a feed's items; make a brief of one."""
        return picking.pick_from_feed(self, request, plan_id=plan_id, source_id=source_id)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """With the backlog and the feeds."""
        context = (extra_context or {}) | _backlog(object_id)
        return super().change_view(request, object_id, form_url, context)


def _backlog(object_id: str) -> dict[str, Any]:
    if not object_id.isdecimal():
        return {}
    plan_id = int(object_id)
    briefs = with_runs(Brief.objects.filter(plan=plan_id)).order_by("is_dismissed", "-created_at")
    rows = list(briefs[: SHOWN_BRIEFS + 1])
    return {
        "plan_id": plan_id,
        "briefs": [(brief, state_of(brief)) for brief in rows[:SHOWN_BRIEFS]],
        "has_more_briefs": len(rows) > SHOWN_BRIEFS,
        "feeds": Source.objects.filter(plan=plan_id, kind=Source.Kind.FEED),
    }


class StyleGuideForm(ModelForm[StyleGuide]):
    """Phrases are typed one a line: a phrase may have a comma in it."""

    banned_phrases = LinesField(
        max_line=120, help_text="One phrase a line. Drafts that use them are marked in the checks."
    )

    class Meta:
        model = StyleGuide
        fields = ["name", "tone", "audience", "rules", "banned_phrases", "examples"]
        widgets = {
            "tone": widgets.Textarea(attrs={"rows": 3}),
            "audience": widgets.Textarea(attrs={"rows": 3}),
            "rules": widgets.Textarea(attrs={"rows": 5}),
            "examples": widgets.Textarea(attrs={"rows": 8}),
        }


@admin.register(StyleGuide)
class StyleGuideAdmin(ModelAdmin[StyleGuide]):
    """The brand's voice."""

    form = StyleGuideForm
    list_display = ["name", "tone"]
    search_fields = ["name"]
