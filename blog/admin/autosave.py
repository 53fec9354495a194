"""The door for texts that the page saves by itself: the same form, an answer in JSON."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from blog import autosaves, revisions
from blog.admin import conflicts
from blog.admin.post_form import PostForm
from blog.admin_theme import ModelAdmin, actor
from blog.models import Post, Revision


class Autosaves(ModelAdmin[Post]):
    """Posts that are also saved while somebody types."""

    def get_urls(self) -> list[URLPattern]:
        """With the door."""
        # Not through `admin_view`: a script can't use a redirect to the log-in.
        view = never_cache(require_POST(self.autosave_view))
        name = f"{self.opts.app_label}_{self.opts.model_name}_autosave"
        return [
            path("autosave/", view, name=f"{name}_new"),
            path("<int:post_id>/autosave/", view, name=name),
            *super().get_urls(),
        ]

    def autosave_url(self, post: Post | None) -> str:
        """Return the address of the door for `post`, or for one that was never saved."""
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_autosave"
        return reverse(name, args=[post.pk]) if post else reverse(f"{name}_new")

    def autosave_view(self, request: HttpRequest, post_id: int | None = None) -> JsonResponse:
        """Save what was typed so far, or say why not."""
        if not self.admin_site.has_permission(request):
            return _refuse("You are signed out.", HTTPStatus.UNAUTHORIZED)
        if post_id is None:
            return JsonResponse({"saved": False, "message": autosaves.KEPT_UNTIL_SAVED})
        post = self.get_object(request, str(post_id))
        if not self.has_change_permission(request, post):
            return _refuse("You may not change this.", HTTPStatus.FORBIDDEN)
        if post is None:
            return _refuse("It was deleted.", HTTPStatus.NOT_FOUND)
        if reason := autosaves.why_not(post):
            return JsonResponse({"saved": False, "message": reason})
        form = self.get_form(request, post, change=True)(request.POST, instance=post)
        return _save(request, post, form)


def _save(request: HttpRequest, post: Post, form: Any) -> JsonResponse:
    base = conflicts.latest_of(post)
    if not form.is_valid():
        return _explain(form)
    try:
        saved = revisions.save_revision(
            post, form.to_draft(), by=actor(request), based_on=base, is_autosave=True
        )
    except autosaves.AutosaveNotAllowed as refused:
        return JsonResponse({"saved": False, "message": str(refused)})
    except revisions.EditConflict as overtaken:
        return _overtaken(form, overtaken.latest)
    at = timezone.localtime(saved.created_at)
    return JsonResponse({"saved": True, "revision": saved.number, "at": f"{at:%H:%M}"})


def _explain(form: PostForm) -> JsonResponse:
    if form.conflict is not None:
        return _overtaken(form, form.conflict)
    if form.was_typed_by_another:
        return _refuse(str(form.non_field_errors()[0]), HTTPStatus.FORBIDDEN)
    errors = {_label(form, name): messages for name, messages in form.errors.items()}
    return JsonResponse({"errors": errors}, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _overtaken(form: PostForm, latest: Revision) -> JsonResponse:
    is_own = form.typist is not None and latest.created_by_id == form.typist.pk
    answer = {
        "by": "You" if is_own else str(latest.created_by or "Somebody"),
        "at": f"{timezone.localtime(latest.created_at):%H:%M}",
        "message": conflicts.sentence(latest, typist=form.typist),
    }
    return JsonResponse(answer, status=HTTPStatus.CONFLICT)


def _label(form: PostForm, name: str) -> str:
    return str(form[name].label) if name in form.fields else ""


def _refuse(message: str, status: HTTPStatus) -> JsonResponse:
    return JsonResponse({"message": message}, status=status)
