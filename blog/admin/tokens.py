"""API tokens: everybody makes and revokes their own; a token is shown once, at its birth."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.cache import never_cache
from knox.models import AuthToken
from knox.settings import knox_settings

from blog.admin_theme import ModelAdmin, ModelForm, actor, display, widgets
from blog.api import tokens

admin.site.unregister(AuthToken)

_LIFETIMES = {30: "30 days", 90: "90 days", 365: "One year"}


class TokenForm(ModelForm[Any]):
    """How long a new token lives."""

    lifetime = forms.TypedChoiceField(
        choices=list(_LIFETIMES.items()),
        coerce=int,
        initial=tokens.DEFAULT_DAYS,
        widget=widgets.Select(),
        help_text="The token can do what you can do, until then. You can revoke it at any time.",
    )

    class Meta:
        model = AuthToken
        fields: list[str] = []


@admin.register(AuthToken)
class TokenAdmin(ModelAdmin[Any]):
    """One's own tokens; owners (superusers) see everybody's."""

    names = ("API token", "API tokens")
    form = TokenForm
    warn_unsaved_form = False
    list_display = ["begins_with", "user", "created", "expiry"]
    list_display_links = None
    list_select_related = ["user"]
    ordering = ["-created"]

    @display(description="Token begins with", ordering="token_key")
    def begins_with(self, token: Any) -> str:
        """Enough to recognise it by."""
        return f"{token.token_key}…"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """One's own."""
        rows = super().get_queryset(request)
        return rows if request.user.is_superuser else rows.filter(user=request.user.pk)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Make a token and show it in this one answer; it is stored nowhere."""
        form = TokenForm(request.POST)
        if request.method != "POST" or not form.is_valid():
            context = (extra_context or {}) | {"show_save_and_continue": False}
            return super().add_view(request, form_url, context)
        issued = tokens.issue(actor(request), days=form.cleaned_data["lifetime"])
        self.log_addition(request, issued.row, "Made an API token.")
        scheme = knox_settings.AUTH_HEADER_PREFIX
        return show_once(
            self,
            request,
            title="Your new API token",
            secret=issued.text,
            hint=f"Send it with every request as the header “Authorization: {scheme} …”.",
        )

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whoever may come in."""
        return bool(request.user.is_active and request.user.is_staff)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """One's own."""
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """For oneself."""
        return self.has_module_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """One's own; the rows of others are not found."""
        return self.has_module_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A token is made and revoked, not edited."""
        return False


@never_cache
def _answer(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    return TemplateResponse(request, "admin/shown_once.html", context)


def show_once(
    model_admin: ModelAdmin[Any], request: HttpRequest, *, title: str, secret: str, hint: str
) -> HttpResponse:
    """Return the page that shows a secret this one time; no browser or proxy keeps it."""
    context = model_admin.admin_site.each_context(request) | {
        "opts": model_admin.opts,
        "title": title,
        "secret": secret,
        "hint": hint,
    }
    return _answer(request, context)
