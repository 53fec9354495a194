"""The page that says where the money went, and what is left."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from generation import budget, costs
from generation.admin.wording import dollars
from generation.costs import Share

PERIODS = {"7": "7 days", "30": "30 days", "90": "90 days", "365": "365 days"}
_USUAL = "30"


def costs_view(request: HttpRequest) -> HttpResponse:
    """Show the costs of some days."""
    if not request.user.has_perm("generation.view_modelcall"):
        raise PermissionDenied
    chosen = request.GET.get("days", _USUAL)
    chosen = chosen if chosen in PERIODS else _USUAL
    report = costs.report(days=int(chosen))
    spent, expected = costs.this_month()
    context = {
        **admin.site.each_context(request),
        "title": "Costs",
        "periods": PERIODS.items(),
        "chosen": chosen,
        "figures": [
            ("This month", dollars(spent)),
            ("At this pace, by its end", dollars(expected)),
            (f"Last {PERIODS[chosen]}", dollars(report.total)),
            ("of which nobody knows", dollars(report.unknown)),
            ("Per published word", _per_word(report.per_published_word)),
        ],
        "budgets": [_standing(each) for each in budget.standings()],
        "days": _bars(report.days),
        "dearest_day": dollars(max(cost for _, cost in report.days)),
        "tables": [
            (name, _rows(shares, report.total))
            for name, shares in (
                ("What became of it", report.outcomes),
                ("Plan", report.by_plan),
                ("Model", report.by_model),
                ("Step", report.by_step),
            )
        ],
    }
    return TemplateResponse(request, "admin/generation/costs.html", context)


def _per_word(cost: Decimal | None) -> str:
    return "—" if cost is None else dollars(cost)


def _bars(days: list[tuple[date, Decimal]]) -> list[dict[str, Any]]:
    """One for each day, its height in percent of the dearest."""
    highest = max(cost for _, cost in days) or 1
    return [
        {"day": day, "cost": dollars(cost), "percent": round(100 * cost / highest, 1)}
        for day, cost in days
    ]


def _rows(shares: list[Share], total: Decimal) -> list[dict[str, Any]]:
    return [
        {
            "name": share.name,
            "cost": dollars(share.cost),
            "number": share.number,
            "percent": round(100 * share.cost / total, 1) if total else 0,
        }
        for share in shares
    ]


def _standing(standing: budget.Standing) -> dict[str, Any]:
    limit = standing.budget.limit or 1
    return {
        "budget": standing.budget,
        "limit": dollars(standing.budget.limit),
        "spent": dollars(standing.spent),
        "held": dollars(standing.held) if standing.held else "",
        "left": dollars(standing.left),
        "percent": min(100, round(100 * (standing.spent + standing.held) / limit, 1)),
        "is_nearly_empty": standing.left < limit / 10,
    }
