"""Money is held before a request is sent and spent when its price is known: no cap can be passed.

A hold is one conditional UPDATE of the row of a period; it compares columns of that row alone, so
whoever waited for it compares what the other left. Each hold belongs to the period it was made in.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Case, DecimalField, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils import timezone

from blog import composing
from generation.models import Budget, BudgetPeriod, ContentPlan, ModelCall

_Fields = dict[str, Any]
_MONEY: Any = DecimalField()


class BudgetExceeded(Exception):
    """A budget has not enough left; nothing was held. str() is for an editor."""

    def __init__(self, standing: "Standing", needs: str) -> None:
        super().__init__(
            f"The budget “{standing.budget}” has {dollars(standing.left)} left of"
            f" {dollars(standing.budget.limit)}, and {needs}. Ask an operator to raise it, or wait"
            f" for the next {standing.budget.get_period_display().lower()}"
            f" ({standing.next_starts_on:%-d %B %Y})."
        )


@dataclass(frozen=True)
class Standing:
    """A budget as it stands today, in US dollars."""

    budget: Budget
    starts_on: date
    held: Decimal
    spent: Decimal

    @property
    def left(self) -> Decimal:
        """What may still be held; below zero where the budget was lowered."""
        return self.budget.limit - self.held - self.spent

    @property
    def next_starts_on(self) -> date:
        """The first day of the next period."""
        return _next(self.budget, self.starts_on)


def hold(plan_id: int, amount: Decimal, *, today: date | None = None) -> list[int]:
    """Hold `amount` in today's period of each budget that counts for the plan; returns their ids.

    Raises BudgetExceeded, with nothing held. The caller's transaction has to end soon: others wait.
    """
    if not amount:
        return []
    day, month = _start(today, Budget.Period.DAY), _start(today, Budget.Period.MONTH)
    budgets = composing.rows("budgets", _with_periods, plan_id=plan_id, day=day, month=month)
    # With one budget there is nothing to undo when it refuses.
    with transaction.atomic(savepoint=len(budgets) > 1):
        return [_hold(budget, amount, today) for budget in budgets]


def settle(calls: Iterable[ModelCall]) -> None:
    """Give back what the calls held, and count what they cost. Theirs is the transaction."""
    held: dict[int, Decimal] = defaultdict(Decimal)
    spent: dict[int, Decimal] = defaultdict(Decimal)
    for call in calls:
        for period_id in call.budget_period_ids:
            held[period_id] += call.reserved_cost
            spent[period_id] += call.cost
    for period_id in sorted(held):
        composing.update(
            "settled", _settled, period=period_id, held=held[period_id], spent=spent[period_id]
        )


def standings() -> list[Standing]:
    """Return all budgets as they stand."""
    return [standing_of(each) for each in Budget.objects.select_related("plan")]


def standing_of(budget: Budget, *, today: date | None = None) -> Standing:
    """Return the budget as it stands in its period of today."""
    starts_on = _start(today, budget.period)
    period = budget.periods.filter(starts_on=starts_on).first() or BudgetPeriod()
    return Standing(budget, starts_on, period.held, period.spent)


def check(plan: ContentPlan, wanted: Decimal) -> None:
    """Raise BudgetExceeded where a budget has less left than an article of the plan will cost."""
    for standing in map(standing_of, _counting_for(plan.pk)):
        if wanted and standing.left < wanted:
            raise BudgetExceeded(
                standing, f"such an article costs about {dollars(round(wanted, 4))}"
            )


def dollars(amount: Decimal) -> str:
    """Return US dollars to their last digit."""
    in_cents = amount.quantize(Decimal("0.01"))
    return f"${in_cents if in_cents == amount else amount.normalize():f}"


def _counting_for(plan_id: int) -> QuerySet[Budget]:
    return Budget.objects.select_related("plan").filter(Q(plan=None) | Q(plan=plan_id))


def _with_periods(plan_id: int, day: date, month: date) -> QuerySet[Budget]:
    """The budgets of a plan with today's periods, always in the same order: no two deadlock."""
    starts_on = Case(When(period=Budget.Period.DAY, then=Value(day)), default=Value(month))
    periods = BudgetPeriod.objects.filter(budget=OuterRef("pk"), starts_on=OuterRef("starts_on"))
    budgets = _counting_for(plan_id).annotate(starts_on=starts_on)
    return budgets.annotate(period_id=Subquery(periods.values("pk"))).order_by("pk")


def _hold(budget: Budget, amount: Decimal, today: date | None) -> int:
    period_id: int = getattr(budget, "period_id", None) or _period(budget, today)
    if not composing.update(
        "held", _held, period=period_id, amount=amount, most=budget.limit - amount
    ):
        needs = f"the next request may cost up to {dollars(amount)}, so nothing was sent"
        raise BudgetExceeded(standing_of(budget, today=today), needs)
    return period_id


def _period(budget: Budget, today: date | None) -> int:
    starts_on = _start(today, budget.period)
    period, _is_new = BudgetPeriod.objects.get_or_create(budget=budget, starts_on=starts_on)
    return period.pk


def _held(period: int, amount: Decimal, most: Decimal) -> tuple[QuerySet[BudgetPeriod], _Fields]:
    fits = Q(held__lte=Value(most, output_field=_MONEY) - F("spent"))
    return BudgetPeriod.objects.filter(fits, pk=period), {"held": F("held") + amount}


def _settled(period: int, held: Decimal, spent: Decimal) -> tuple[QuerySet[BudgetPeriod], _Fields]:
    fields = {"held": F("held") - held, "spent": F("spent") + spent}
    return BudgetPeriod.objects.filter(pk=period), fields


def _start(today: date | None, period: str) -> date:
    day = today or timezone.localdate()
    return day if period == Budget.Period.DAY else day.replace(day=1)


def _next(budget: Budget, starts_on: date) -> date:
    if budget.period == Budget.Period.DAY:
        return starts_on + timedelta(days=1)
    return (starts_on + timedelta(days=31)).replace(day=1)
