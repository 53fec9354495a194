"""What the checks say about a text that is still being written; asked often, stored never."""

from dataclasses import asdict, fields
from typing import Any

from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST

from blog import checks, rendering
from blog.admin_theme import ModelAdmin
from blog.models import Author, Post
from blog.revisions import Draft

NAME = "form"
_FIELDS = {field.name for field in fields(Draft)}


class ChecksText(ModelAdmin[Post]):
    """A post form whose text can be checked while it is typed."""

    def get_urls(self) -> list[URLPattern]:
        """With the check of a new post’s text, and of one that is edited, under one name."""
        view = self.admin_site.admin_view(require_POST(self.check_view))
        name = f"{self.opts.app_label}_{self.opts.model_name}_check"
        return [
            path("check/", view, name=name),
            path("<int:post_id>/check/", view, name=name),
            *super().get_urls(),
        ]

    def check_view(self, request: HttpRequest, post_id: int | None = None) -> JsonResponse:
        """Answer the form’s fields with findings, words and minutes; save nothing."""
        post = get_object_or_404(Post, pk=post_id) if post_id else None
        may = self.has_change_permission(request, post)
        if not (may or (post is None and self.has_add_permission(request))):
            raise PermissionDenied
        form_class = self.get_form(request, post, change=post is not None)
        return JsonResponse(report_on(form_class(request.POST, instance=post), post))


def report_on(form: BaseForm, post: Post | None) -> dict[str, Any]:
    """Return what the editor shows beside a filled-in form: what is wrong with it comes first."""
    findings = [
        checks.Finding(check=NAME, level="block", message=str(error), where=str(field.label))
        for field in form.visible_fields()
        for error in field.errors
    ]
    if "body" in form.errors:
        return {"findings": [asdict(finding) for finding in findings], "words": 0, "minutes": 0}
    text = checks.Text.of(_draft_of(form), post)
    return {
        "findings": [asdict(finding) for finding in findings + checks.look_at(text)],
        "words": text.word_count,
        "minutes": rendering.reading_minutes(text.draft.body),
    }


def _draft_of(form: BaseForm) -> Draft:
    """What was typed, as far as it can be used; no check looks at the author."""
    words: dict[str, Any] = {"title": "", "author": Author()}
    words |= {name: value for name, value in form.cleaned_data.items() if name in _FIELDS}
    words["tags"] = list(words.get("tags", []))
    return Draft(**words)
