"""Briefs: one article to be written, its sources, and the button that has it written."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from blog.admin_theme import (
    LinesField,
    ModelAdmin,
    ModelForm,
    actor,
    desk_url,
    state_column,
    widgets,
)
from generation import contributors, reworking, services
from generation.admin.plans import with_runs
from generation.admin.sources import SourceInline
from generation.admin.wording import BRIEF_TONES, RUN_TONES, cost_of, dollars, run_url, state_of
from generation.models import Brief, Run
from generation.prices import UnknownModelPrice


class BriefForm(ModelForm[Brief]):
    """One article to be written."""

    keywords = LinesField(max_line=60, help_text="One a line; optional.")

    class Meta:
        model = Brief
        fields = ["kind", "post", "plan", "title", "notes", "keywords", "due_on", "is_dismissed"]
        labels = {"is_dismissed": "Dismissed"}
        help_texts = {
            "plan": "A translation is written in the language of its plan.",
            "title": "The title or the angle of the article. Empty for a refresh or a translation:"
            " that of the post.",
        }
        widgets = {"notes": widgets.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Who may only look has no fields.
        if title := self.fields.get("title"):
            title.required = False

    def clean(self) -> dict[str, Any]:
        """Title it as the post that it is about, and refuse what could never be written."""
        given = super().clean() or self.cleaned_data
        post = given.get("post")
        given["title"] = given.get("title") or (post.title if post else "")
        if not given["title"]:
            self.add_error("title", "Say what the article is about.")
        if given.get("plan") and given.get("kind"):
            wanted = Brief(kind=given["kind"], post=post, plan=given["plan"])
            if obstacle := reworking.obstacle(wanted):
                self.add_error("post", obstacle)
        return given


_BUTTONS = {
    Brief.Kind.ARTICLE.value: "Generate draft",
    Brief.Kind.REFRESH.value: "Refresh",
    Brief.Kind.TRANSLATION.value: "Translate",
}
# What changes when or whether an article is written, but nothing in it.
_PLANNING = {"due_on", "is_dismissed"}


@admin.register(Brief)
class BriefAdmin(ModelAdmin[Brief]):
    """The backlog; **Generate draft** saves the page first, so nothing typed is lost."""

    form = BriefForm
    list_display = ["title", "kind", "plan", "state", "due_on", "created_at"]
    list_filter = ["plan", "kind", "is_dismissed"]
    list_select_related = ["plan"]
    search_fields = ["title", "notes"]
    date_hierarchy = "due_on"
    autocomplete_fields = ["plan", "post"]
    inlines = [SourceInline]
    fieldsets = [
        (None, {"fields": ["kind", "post", "plan", "title", "notes", "keywords", "due_on"]}),
        ("Not this one", {"fields": ["is_dismissed"], "classes": ["collapse"]}),
    ]

    @state_column("State", BRIEF_TONES)
    def state(self, brief: Brief) -> tuple[str, str]:
        """Where it stands."""
        state = state_of(brief)
        return state.key, state.label

    def get_queryset(self, request: HttpRequest) -> QuerySet[Brief]:
        """With what its state is derived from."""
        return with_runs(super().get_queryset(request))

    def save_model(self, request: HttpRequest, obj: Brief, form: Any, change: bool) -> None:
        """Remember whose idea it was."""
        if not change:
            obj.created_by = actor(request)
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Remember who changed what the article will say."""
        super().save_related(request, form, formsets, change)
        if set(form.changed_data) - _PLANNING or any(rows.has_changed() for rows in formsets):
            contributors.remember(form.instance, by=actor(request))

    def response_add(
        self, request: HttpRequest, obj: Brief, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Stay with the new brief: the next step is there."""
        if "_generate" in request.POST:
            return self._generate(request, obj)
        if {"_addanother", "_popup"} & request.POST.keys():
            return super().response_add(request, obj, post_url_continue)
        messages.success(
            request, f"The brief is saved. Press “{_BUTTONS[obj.kind]}” when it is ready."
        )
        return redirect("admin:generation_brief_change", obj.pk)

    def response_change(self, request: HttpRequest, obj: Brief) -> HttpResponse:
        """Generate when asked to; saving leads back to the plan."""
        if "_generate" in request.POST:
            return self._generate(request, obj)
        answer = super().response_change(request, obj)
        if "_save" in request.POST:
            return redirect("admin:generation_contentplan_change", obj.plan_id)
        return answer

    def _generate(self, request: HttpRequest, brief: Brief) -> HttpResponse:
        if not request.user.has_perm("generation.add_run"):
            raise PermissionDenied
        try:
            run = services.start_run(brief, by=actor(request), trigger=Run.Trigger.EDITOR)
        except services.RunAlreadyActive as refusal:
            messages.info(request, str(refusal))
            return redirect(run_url(refusal.run) if refusal.run else request.path)
        except services.BriefNotReady as refusal:
            messages.error(request, str(refusal))
            return redirect("admin:generation_brief_change", brief.pk)
        return redirect(run_url(run))

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """With where it stands and its runs."""
        context = (extra_context or {}) | _around(request, object_id)
        return super().changeform_view(request, object_id, form_url, context)


def _around(request: HttpRequest, brief_id: str | None) -> dict[str, Any]:
    may_generate = request.user.has_perm("generation.add_run")
    if brief_id is None or not brief_id.isdecimal():
        return {"may_generate": may_generate and brief_id is None}
    brief = (
        with_runs(Brief.objects.select_related("plan", "post", "origin_source"))
        .filter(pk=brief_id)
        .first()
    )
    if brief is None:
        return {}
    state = state_of(brief)
    runs = Run.objects.filter(brief=brief).with_cost().select_related("requested_by")
    return {
        "brief": brief,
        "state": state,
        "button": _BUTTONS[brief.kind],
        "post_url": desk_url(brief.post_id) if brief.post_id else "",
        "forecast": _forecast(brief),
        **(_similar(brief) if state.key in ("ready", "failed") else {}),
        "may_generate": may_generate and state.key != "writing" and not brief.is_dismissed,
        "runs": [(run, RUN_TONES[run.status], run_url(run), cost_of(run)) for run in runs[:20]],
    }


def _forecast(brief: Brief) -> str:
    """Say what a draft will cost; nothing where it costs nothing, or nobody knows."""
    try:
        expected = services.forecast(brief.plan, kind=brief.kind)
    except UnknownModelPrice as unknown:
        return str(unknown)
    if not expected.amount:
        return ""
    did = "as the last one did" if expected.runs == 1 else f"as the last {expected.runs} did"
    basis = did if expected.runs else "a guess, until one is written"
    return f"A draft costs about {dollars(expected.amount)} ({basis})."


def _similar(brief: Brief) -> dict[str, Any]:
    """What is about the same already, and where."""
    similar = services.similar_topic(brief)
    if similar is None:
        return {}
    url = desk_url(similar.post.pk) if similar.post else _url(similar.brief)
    return {"similar": similar, "similar_url": url}


def _url(brief: Brief | None) -> str:
    return reverse("admin:generation_brief_change", args=[brief.pk]) if brief else ""
