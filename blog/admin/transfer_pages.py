"""What the page of one transfer says: how far it is, and the report in words."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from blog.models import Transfer
from blog.transfer.report import KEPT_LINES, Outcome

State = Transfer.State
TONES: dict[str, str] = {
    State.WAITING: "info",
    State.WORKING: "info",
    State.ASKING: "warning",
    State.DONE: "success",
    State.FAILED: "danger",
    State.STOPPED: "warning",
}
# What the bar looks like: see desk.css.
_BARS: dict[str, str] = {
    State.ASKING: "succeeded",
    State.DONE: "succeeded",
    State.FAILED: "failed",
    State.STOPPED: "cancelled",
}
# What somebody should look at comes first.
_TABS = [Outcome.FAILED, Outcome.SKIPPED, Outcome.CHANGED, Outcome.CREATED, Outcome.UNCHANGED]
_KINDS = ["post", "image", "author", "category", "tag", "redirect"]
_PLANNED = {
    Outcome.FAILED: "Can’t be brought",
    Outcome.SKIPPED: "Would be left out",
    Outcome.CHANGED: "Would be changed",
    Outcome.CREATED: "Would be new",
    Outcome.UNCHANGED: "Are here already",
}
_DONE = {
    Outcome.FAILED: "Not brought",
    Outcome.SKIPPED: "Left out",
    Outcome.CHANGED: "Changed",
    Outcome.CREATED: "New",
    Outcome.UNCHANGED: "Were here already",
}


@dataclass(frozen=True, kw_only=True)
class Tab:
    """The lines of one outcome."""

    key: str
    label: str
    count: int
    is_current: bool


def document(transfer: Transfer) -> dict[str, Any]:
    """Return how far it is, ready for JSON."""
    share = transfer.done * 100 // transfer.total if transfer.total else 0
    is_over = transfer.state in (State.ASKING, State.DONE)
    return {
        "state": transfer.state,
        "label": transfer.get_state_display(),
        "bar": _BARS.get(transfer.state, "running"),
        "tone": TONES[transfer.state],
        "is_active": transfer.is_active,
        "percent": 100 if is_over else min(share, 99),
        "activity": _activity(transfer),
        "url": reverse("admin:blog_transfer_progress", args=[transfer.pk]),
    }


def _activity(transfer: Transfer) -> str:
    if transfer.state == State.WAITING:
        return "Waiting for a free worker."
    if transfer.state == State.WORKING and not transfer.total:
        is_import = transfer.kind == Transfer.Kind.IMPORT
        return "Reading the file …" if is_import else "Writing …"
    if transfer.state == State.ASKING:
        return "Looked through. Nothing was changed yet."
    if not transfer.total:
        return ""
    return f"{transfer.done:,} of {transfer.total:,} posts and pages"


def report_of(transfer: Transfer, wanted: str) -> dict[str, Any] | None:
    """Return the report as the page shows it, with the lines of the outcome that is `wanted`."""
    if transfer.report is None or transfer.is_active:
        return None
    report: dict[str, Any] = transfer.report
    if transfer.kind == Transfer.Kind.EXPORT:
        return {"counts": report.get("counts", {}), "problems": report.get("problems", [])}
    totals: dict[str, dict[str, int]] = report["totals"]
    sums = {outcome: sum(row[outcome] for row in totals.values()) for outcome in _TABS}
    present = [outcome for outcome in _TABS if sums[outcome]]
    current = next((outcome for outcome in present if outcome == wanted), None) or next(
        iter(present), None
    )
    words = _PLANNED if report["is_trial"] else _DONE
    lines = [line for line in report["lines"] if line["outcome"] == current]
    return {
        "heads": [words[outcome] for outcome in _TABS],
        "rows": [(kind, [totals[kind][o] for o in _TABS]) for kind in _KINDS if kind in totals],
        "tabs": [
            Tab(key=o, label=words[o], count=sums[o], is_current=o == current) for o in present
        ],
        "lines": lines,
        "cut": KEPT_LINES if current and len(lines) < sums[current] else 0,
        "brings": sums[Outcome.CREATED] + sums[Outcome.CHANGED],
        "failed": sums[Outcome.FAILED],
        **{
            name: report[name]
            for name in ("source", "redirects", "left_behind", "undescribed", "needs_alt_text")
        },
    }
