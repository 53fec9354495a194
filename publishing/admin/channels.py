"""Channels, what was sent to them, and the record of decisions."""

from typing import Any
from urllib.parse import urlsplit

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST

from blog.admin.tokens import show_once
from blog.admin_theme import ModelAdmin, ReadOnlyAdmin, actor, display, state_column
from publishing import distribution
from publishing.channels import webhook
from publishing.models import Channel, Delivery, WorkflowEvent

_HINT = (
    "The receiver checks each message with it, as standardwebhooks.com describes. Lost it? Make a"
    " new one on the channel’s page."
)


@admin.register(Channel)
class ChannelAdmin(ModelAdmin[Channel]):
    """Who hears of posts; a channel's secret is shown once."""

    list_display = ["name", "kind", "host", "is_enabled"]
    fields = ["name", "kind", "url", "is_enabled"]
    search_fields = ["name"]

    @display(description="Receiver", ordering="url")
    def host(self, channel: Channel) -> str:
        """Where it is; the rest of the address is often its secret."""
        return urlsplit(channel.url).hostname or ""

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Nobody guesses a secret letter by letter through the address of a list."""
        return not lookup.startswith("secret") and super().lookup_allowed(lookup, value, request)

    def response_add(
        self, request: HttpRequest, obj: Channel, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Show the secret of the new channel."""
        return self._show(request, obj, webhook.secret_of(obj))

    def get_urls(self) -> list[URLPattern]:
        """With the button that makes a new secret."""
        view = self.admin_site.admin_view(require_POST(self.rotate_view))
        return [
            path("<int:channel_id>/new-secret/", view, name="publishing_channel_rotate"),
            *super().get_urls(),
        ]

    def rotate_view(self, request: HttpRequest, channel_id: int) -> HttpResponse:
        """Make a new secret and show it; the old one is worthless from now on."""
        if not request.user.has_perm("publishing.change_channel"):
            raise PermissionDenied
        channel = get_object_or_404(Channel, pk=channel_id)
        secret = webhook.rotate_secret(channel)
        self.log_change(request, channel, "Made a new signing secret.")
        return self._show(request, channel, secret)

    def _show(self, request: HttpRequest, channel: Channel, secret: str) -> HttpResponse:
        title = f"Signing secret of “{channel}”"
        return show_once(self, request, title=title, secret=secret, hint=_HINT)


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin[Delivery]):
    """Messages to channels; those that were given up can be sent again."""

    list_display = ["post", "channel", "event", "state", "attempts", "problem", "created_at"]
    list_filter = ["status", "channel", "event"]
    list_select_related = ["post", "channel"]
    date_hierarchy = "created_at"
    actions = ["send_again"]

    @state_column(
        "State",
        {"delivered": "success", "dead": "danger", "sending": "info", "pending": "warning"},
        ordering="status",
    )
    def state(self, delivery: Delivery) -> tuple[str, str]:
        """Whether it arrived."""
        return delivery.status, delivery.get_status_display()

    @admin.action(description="Send again", permissions=["replay"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        """Give the chosen messages another life."""
        sent = 0
        for delivery in queryset:
            try:
                distribution.replay(delivery, by=actor(request))
                sent += 1
            except distribution.ReplayNotPossible as refusal:
                messages.warning(request, str(refusal))
        if sent:
            messages.success(request, f"{sent} on the way again.")

    def has_replay_permission(self, request: HttpRequest) -> bool:
        """Publishers and operators."""
        return request.user.has_perm("publishing.change_delivery")


@admin.register(WorkflowEvent)
class WorkflowEventAdmin(ReadOnlyAdmin[WorkflowEvent]):
    """Who decided what about which revision; rows are only ever added."""

    list_display = ["created_at", "post", "transition_words", "actor_name", "note"]
    list_filter = ["transition", "actor"]
    list_select_related = ["post", "actor"]
    search_fields = ["post__title", "note"]
    date_hierarchy = "created_at"

    @display(description="Decision", ordering="transition")
    def transition_words(self, event: WorkflowEvent) -> str:
        """What was decided."""
        return event.transition.replace("_", " ").capitalize()

    @display(description="By", ordering="actor")
    def actor_name(self, event: WorkflowEvent) -> Any:
        """Who decided; the house itself files drafts."""
        return event.actor or "AutoBlog"
