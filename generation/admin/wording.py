"""How amounts, times and states are said, the same on every screen of the writers' room."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from blog.admin import states
from blog.admin_theme import desk_url
from generation.models import Brief, Run

RUN_TONES = {
    "queued": "info",
    "running": "info",
    "paused": "warning",
    "succeeded": "success",
    "failed": "danger",
    "cancelled": "",
}
STEP_TONES = {"pending": "", "running": "info", "succeeded": "success", "failed": "danger"}
BRIEF_TONES = {
    "ready": "primary",
    "writing": "info",
    "failed": "danger",
    "dismissed": "",
    **states.TONES,
}


def dollars(amount: Decimal | None) -> str:
    """Return an amount of US dollars as people read it; small ones keep their first digits."""
    value = amount or Decimal(0)
    if value == 0 or abs(value) >= 1:
        return f"${value:,.2f}"
    return f"${value:.4f}" if abs(value) >= Decimal("0.0001") else "under $0.0001"


def cost_of(run: Any) -> str:
    """Return what a run cost; give it from `Run.objects.with_cost()`."""
    return dollars(run.cost)


def seconds(value: float | None) -> str:
    """Return a length of time in seconds as "42 s" or "3 min 05 s"."""
    if value is None:
        return ""
    minutes, rest = divmod(round(value), 60)
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"


def as_text(text: str) -> SafeString:
    """Return a text of the model, or for it, as it is: nothing in it is markup."""
    return format_html('<pre class="ab-pre" tabindex="0">{}</pre>', text)


@dataclass(frozen=True)
class BriefState:
    """Where a brief stands: a key, its words, and where to go to work on it."""

    key: str
    label: str
    url: str
    link: str

    @property
    def tone(self) -> str:
        """The tone of its label."""
        return BRIEF_TONES[self.key]


def state_of(brief: Brief) -> BriefState:
    """Return where `brief` stands; give it with its runs (newest first) and their posts loaded."""
    own = reverse("admin:generation_brief_change", args=[brief.pk])
    runs = list(brief.runs.all())
    active = next((run for run in runs if run.is_active), None)
    if active:
        return BriefState("writing", "Writing", run_url(active), "Watch")
    written = next((run for run in runs if run.post is not None), None)
    if written is not None and written.post is not None:
        state = states.state_of(written.post)
        return BriefState(state.key, state.label, desk_url(written.post.pk), "Open the post")
    if brief.is_dismissed:
        return BriefState("dismissed", "Dismissed", own, "Open")
    if runs and runs[0].status == Run.Status.FAILED:
        return BriefState("failed", "Failed", run_url(runs[0]), "See why, and retry")
    return BriefState("ready", "Ready", own, "Open")


def run_url(run: Run) -> str:
    """Return the page of a run."""
    return reverse("admin:generation_run_change", args=[run.pk])
