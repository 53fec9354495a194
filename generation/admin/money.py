"""What models cost, and every request that was made to one."""

import json
from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from blog.admin_theme import ModelAdmin, ReadOnlyAdmin, display, state_column
from generation.admin.wording import as_text, dollars
from generation.models import ModelCall, ModelPrice

_TONES = {"settled": "success", "reserved": "info", "released": "", "unknown": "warning"}


def _per_million(tokens: str) -> Callable[[ModelPrice], str]:
    """Return a column of prices of a class of tokens."""
    field = f"{tokens.replace(' ', '_')}_per_million"

    @display(description=f"{tokens.capitalize()}, a million", ordering=field)
    def column(price: ModelPrice) -> str:
        amount = getattr(price, field)
        return "—" if amount is None else f"${amount.normalize():f}"

    return column


@admin.register(ModelPrice)
class ModelPriceAdmin(ModelAdmin[ModelPrice]):
    """Prices by day: add a row for a new price, keep the old one for what it priced."""

    list_display = [
        "model_prefix",
        "service_tier",
        "effective_from",
        *(
            _per_million(name)
            for name in ("input", "cached input", "cache write", "output", "image output")
        ),
    ]
    search_fields = ["model_prefix"]


@admin.register(ModelCall)
class ModelCallAdmin(ReadOnlyAdmin[ModelCall]):
    """The journal of requests."""

    list_display = ["prompt_name", "run_link", "state_label", "tokens", "price", "created_at"]
    list_filter = ["state", "prompt_name", "model", "is_sample"]
    date_hierarchy = "created_at"
    ordering = ["-pk"]
    fieldsets = [
        (None, {"fields": ["run_link", "prompt_name", "state", "outcome", "price", "tokens"]}),
        (
            "Request and answer",
            {
                "fields": [
                    "model",
                    "service_tier",
                    "is_sample",
                    "provider_request_id",
                    "latency_ms",
                    "created_at",
                    "sent",
                    "received",
                ]
            },
        ),
        ("Journal", {"fields": ["journal_key", "is_usable"], "classes": ["collapse"]}),
    ]

    @display(description="Run")
    def run_link(self, call: ModelCall) -> str:
        """Whose it is."""
        return str(call.run.brief) if call.run else "—"

    @state_column("State", _TONES, ordering="state")
    def state_label(self, call: ModelCall) -> tuple[str, str]:
        """Whether it is paid."""
        return call.state, call.get_state_display()

    @display(description="Tokens (in / out)")
    def tokens(self, call: ModelCall) -> str:
        """How much went in and came out."""
        return f"{call.input_tokens:,} / {call.output_tokens:,}"

    @display(description="Cost", ordering="cost")
    def price(self, call: ModelCall) -> str:
        """What it cost, or may cost."""
        if call.state == ModelCall.State.RESERVED:
            return f"up to {dollars(call.reserved_cost)}"
        return dollars(call.cost) + (" (sample)" if call.is_sample else "")

    @display(description="Sent")
    def sent(self, call: ModelCall) -> SafeString:
        """The exact messages, as text."""
        return as_text(json.dumps(call.messages, indent=2, ensure_ascii=False).replace("\\n", "\n"))

    @display(description="Received")
    def received(self, call: ModelCall) -> SafeString:
        """The answer, as text; of a picture, which is in the library, how large it came."""
        if call.is_picture and call.is_usable:
            return as_text(f"A picture of {len(call.answer) * 3 // 4:,} bytes.")
        return as_text(call.answer or "Nothing.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ModelCall]:
        """With its run; a list goes without the long texts."""
        rows = super().get_queryset(request).select_related("run__brief")
        match: Any = request.resolver_match
        is_list = bool(match and match.url_name.endswith("_changelist"))
        return rows.defer("messages", "answer") if is_list else rows
