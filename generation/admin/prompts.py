"""Prompts in an editor's words: a version is written from the shipped text, used, or laid aside."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString

from blog.admin_theme import ModelAdmin, ModelForm, actor, display, widgets
from generation import prompt_versions, prompts
from generation.admin.wording import as_text
from generation.models import PromptVersion
from generation.prompts import PromptError


class PromptVersionForm(ModelForm[PromptVersion]):
    """A new version: the shipped text to begin with, every variable kept."""

    class Meta:
        model = PromptVersion
        fields = ["prompt", "plan", "system", "user", "note", "is_used"]
        widgets = {
            "prompt": forms.HiddenInput(),
            "system": widgets.Textarea(attrs={"rows": 24}),
            "user": widgets.Textarea(attrs={"rows": 14}),
        }

    def clean(self) -> dict[str, Any]:
        """Refuse words that leave out what the step gives, or want what it has not."""
        cleaned = super().clean() or {}
        # Of an existing one only the use can be changed.
        if "system" in self.fields and cleaned.get("system") and cleaned.get("user"):
            try:
                shipped = prompts.load(cleaned.get("prompt", ""))
                shipped.reworded(cleaned["system"], cleaned["user"])
            except PromptError as problem:
                raise ValidationError(str(problem)) from None
        return cleaned


@admin.register(PromptVersion)
class PromptVersionAdmin(ModelAdmin[PromptVersion]):
    """Versions of prompts; one that was used is never changed, a better one takes its place."""

    form = PromptVersionForm
    list_display = ["name", "note", "is_used", "created_by", "created_at"]
    list_filter = ["prompt", "is_used"]
    list_select_related = ["plan", "created_by"]
    autocomplete_fields = ["plan"]

    @display(description="Prompt", ordering="prompt")
    def name(self, version: PromptVersion) -> str:
        """Which prompt, which version, for whom."""
        return str(version)

    @display(description="System")
    def system_as_it_is(self, version: PromptVersion) -> SafeString:
        """With its lines."""
        return as_text(version.system)

    @display(description="User")
    def user_as_it_is(self, version: PromptVersion) -> SafeString:
        """With its lines."""
        return as_text(version.user)

    def get_fieldsets(self, request: HttpRequest, obj: PromptVersion | None = None) -> Any:
        """Say which prompt is reworded; of a version that there is, only the use changes."""
        if obj:
            texts = ["system_as_it_is", "user_as_it_is"]
            return [(str(obj), {"fields": ["is_used", "note", *texts]})]
        name = request.POST.get("prompt") or request.GET.get("prompt", "")
        fields = ["prompt", "plan", "system", "user", "note", "is_used"]
        return [(f"The prompt “{name}” in other words", {"fields": fields})]

    def get_readonly_fields(
        self, request: HttpRequest, obj: PromptVersion | None = None
    ) -> list[str]:
        """What a run was asked with stays as it was."""
        return ["note", "system_as_it_is", "user_as_it_is"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: PromptVersion | None = None) -> bool:
        """Nobody: runs and calls name the version they asked with."""
        return False

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin with the shipped text."""
        name = request.GET.get("prompt", "")
        if name not in prompts.names():
            return {}
        shipped = prompts.load(name)
        return {"prompt": name, "system": shipped.system, "user": shipped.user}

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Ask first which prompt it is about."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.method == "GET" and not self.get_changeform_initial_data(request):
            context = self.admin_site.each_context(request) | {
                "opts": self.opts,
                "title": "Which prompt?",
                "names": prompts.names(),
            }
            return TemplateResponse(request, "admin/generation/promptversion/choose.html", context)
        return super().add_view(request, form_url, extra_context)

    def save_model(self, request: HttpRequest, obj: PromptVersion, form: Any, change: bool) -> None:
        """Number a new one; of the others only the use changes."""
        if not change:
            prompt_versions.save_version(obj, by=actor(request))
        elif obj.is_used:
            prompt_versions.use(obj)
        else:
            prompt_versions.stop_using(obj)
