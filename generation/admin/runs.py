"""Runs on screen: a page to watch, with a progress document that it polls, Cancel and Retry."""

import hashlib
import json
from collections import Counter
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_GET, require_POST

from blog.admin_theme import ReadOnlyAdmin, actor, desk_url, display, state_column
from generation import services
from generation.admin import covers
from generation.admin.outlines import OutlineForms
from generation.admin.wording import RUN_TONES, STEP_TONES, dollars, run_url, seconds
from generation.models import Brief, Run, Step


@admin.register(Run)
class RunAdmin(ReadOnlyAdmin[Run]):
    """Attempts at briefs; nothing is edited, an active one is watched."""

    list_display = ["brief", "state", "trigger", "requested_by", "spent", "created_at"]
    list_filter = ["status", "trigger", "is_sample", "brief__plan"]
    search_fields = ["brief__title"]
    date_hierarchy = "created_at"

    @state_column("State", RUN_TONES, ordering="status")
    def state(self, run: Run) -> tuple[str, str]:
        """How far it is."""
        return run.status, run.get_status_display()

    @display(description="Cost", ordering="cost")
    def spent(self, run: Any) -> str:
        """What its calls cost."""
        return dollars(run.cost) + (" (sample)" if run.is_sample else "")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Run]:
        """With brief, people and cost."""
        rows = super().get_queryset(request).select_related("brief", "requested_by")
        return rows.with_cost()  # type: ignore[attr-defined,no-any-return]

    def get_urls(self) -> list[URLPattern]:
        """With the progress document and the two buttons."""
        wrap = self.admin_site.admin_view
        return [
            path(
                "<uuid:run_id>/progress/",
                wrap(require_GET(self.progress_view)),
                name="generation_run_progress",
            ),
            path(
                "<uuid:run_id>/cancel/",
                wrap(require_POST(self.cancel_view)),
                name="generation_run_cancel",
            ),
            path(
                "<uuid:run_id>/retry/",
                wrap(require_POST(self.retry_view)),
                name="generation_run_retry",
            ),
            path(
                "<uuid:run_id>/continue/",
                wrap(require_POST(self.continue_view)),
                name="generation_run_continue",
            ),
            path(
                "<uuid:run_id>/sections/<int:index>/rewrite/",
                wrap(require_POST(self.rewrite_view)),
                name="generation_run_rewrite",
            ),
            *super().get_urls(),
        ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the run: progress, steps, calls, what was read."""
        self._check(request, "view")
        run = self.get_object(request, object_id)
        if run is None:
            return redirect("admin:generation_run_changelist")
        return self._page(request, run)

    def _page(
        self, request: HttpRequest, run: Run, outline: OutlineForms | None = None
    ) -> HttpResponse:
        if run.status == Run.Status.PAUSED:
            outline = outline or OutlineForms(run)
        context = (
            self.admin_site.each_context(request)
            | page_of(run)
            | {
                "opts": self.opts,
                "title": str(run.brief),
                "may_act": request.user.has_perm("generation.change_run"),
                "outline": outline,
            }
        )
        return TemplateResponse(request, "admin/generation/run/watch.html", context)

    def progress_view(self, request: HttpRequest, run_id: Any) -> HttpResponse:
        """Answer how far the run is, as JSON; 304 while nothing moved."""
        self._check(request, "view")
        document = progress_document(get_object_or_404(Run, pk=run_id))
        # The clock alone is no news.
        still = {key: value for key, value in document.items() if key != "elapsed"}
        tag = f'"{hashlib.sha256(json.dumps(still).encode()).hexdigest()[:24]}"'
        if request.headers.get("If-None-Match") == tag:
            return HttpResponseNotModified(headers={"ETag": tag})
        headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
        return HttpResponse(json.dumps(document), content_type="application/json", headers=headers)

    def cancel_view(self, request: HttpRequest, run_id: Any) -> HttpResponse:
        """Ask the run to stop."""
        self._check(request, "change")
        run = get_object_or_404(Run, pk=run_id)
        try:
            services.cancel_run(run, by=actor(request))
        except services.RunNotActive as refusal:
            messages.error(request, str(refusal))
        else:
            messages.info(request, "The run stops at its next step. What is finished is kept.")
        return redirect(run_url(run))

    def retry_view(self, request: HttpRequest, run_id: Any) -> HttpResponse:
        """Resume at the first step without a result."""
        self._check(request, "change")
        run = get_object_or_404(Run, pk=run_id)
        try:
            run = services.retry_run(run, by=actor(request))
        except services.RunNotRetryable as refusal:
            messages.error(request, str(refusal))
        return redirect(run_url(run))

    def continue_view(self, request: HttpRequest, run_id: Any) -> HttpResponse:
        """Let a run that waits for an editor go on, with the outline as it was typed."""
        self._check(request, "change")
        run = get_object_or_404(Run, pk=run_id)
        if run.status == Run.Status.PAUSED:
            outline = OutlineForms(run, request.POST)
            if not outline.save(request):
                return self._page(request, run, outline)
        return redirect(run_url(run))

    def rewrite_view(self, request: HttpRequest, run_id: Any, index: int) -> HttpResponse:
        """Have one section written again."""
        self._check(request, "change")
        run = get_object_or_404(Run, pk=run_id)
        wish = request.POST.get("wish", "")
        try:
            services.rewrite_section(run, index, by=actor(request), wish=wish)
        except services.SectionNotRewritable as refusal:
            messages.error(request, str(refusal))
        return redirect(run_url(run))

    def _check(self, request: HttpRequest, what: str) -> None:
        if not request.user.has_perm(f"generation.{what}_run"):
            raise PermissionDenied


def page_of(run: Run) -> dict[str, Any]:
    """Return what the page of a run shows, in a constant number of queries."""
    calls = run.model_calls.defer("messages", "answer").select_related("step")
    progress = progress_document(run)
    return {
        "run": run,
        "tone": RUN_TONES[run.status],
        "progress": progress,
        "elapsed": seconds(progress["elapsed"]),
        "calls": [(call, dollars(call.cost), dollars(call.reserved_cost)) for call in calls],
        "snapshots": run.snapshots.defer("text"),
        "troubled_sources": [
            source
            for source in run.brief.sources.exclude(problem="")
            if source.problem not in run.problem
        ],
        "sources_url": brief_sources_url(run),
        "headings": _headings(run),
        "cover": covers.of_run(run),
        "is_moving": run.status in Run.MOVING,
        "is_retryable": run.status in (Run.Status.FAILED, Run.Status.CANCELLED),
    }


def _headings(run: Run) -> list[str]:
    """The sections of a finished article: those that can be written again."""
    if run.status != Run.Status.SUCCEEDED or run.brief.kind != Brief.Kind.ARTICLE:
        return []
    return [section.heading for section in services.outline_of(run).sections]


def brief_sources_url(run: Run) -> str:
    """Return where the sources of the run's brief are mended."""
    return f"{reverse('admin:generation_brief_change', args=[run.brief_id])}#sources-group"


def progress_document(run: Run) -> dict[str, Any]:
    """Return the progress of a run in words and numbers, ready for JSON."""
    progress = services.progress(run)
    status = Run.Status(progress.status)
    names = Counter(step.name for step in progress.steps)
    return {
        "status": status.value,
        "label": status.label,
        "tone": RUN_TONES[status],
        # While it waits for somebody nothing moves.
        "is_active": status in Run.MOVING,
        "percent": progress.percent,
        "finished": progress.finished,
        "total": progress.total,
        "activity": progress.activity,
        "elapsed": round(progress.elapsed_seconds or 0),
        "cost": dollars(progress.cost),
        "problem": progress.problem,
        "next_url": desk_url(progress.post_id) if progress.post_id else "",
        "steps": [
            # What stopped the whole run is said once, above.
            _step(step, of=names[step.name])
            | ({"problem": ""} if step.problem == progress.problem else {})
            for step in progress.steps
        ],
    }


def _step(step: services.StepProgress, *, of: int) -> dict[str, Any]:
    status = Step.Status(step.status)
    is_over = status in (Step.Status.SUCCEEDED, Step.Status.FAILED)
    return {
        "key": f"{step.name}-{step.index}",
        "label": f"{step.label} {step.index + 1} of {of}" if of > 1 else step.label,
        "status": status.value,
        "words": {"pending": "Waiting", "running": "Working", "succeeded": "Done"}.get(
            status.value, status.label
        ),
        "tone": STEP_TONES[status],
        "activity": step.activity if status == Step.Status.RUNNING else "",
        "problem": step.problem,
        "time": seconds(step.seconds) if is_over else "",
    }
