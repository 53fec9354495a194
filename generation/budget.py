"""Money is held before a request is sent and spent when its price is known: no cap can be passed.

A hold is one conditional UPDATE of the row of a period; it compares columns of that row alone, so
whoever waited for it compares what the other left. Each hold belongs to the period it was made in.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from generation.models import Budget, BudgetPeriod, ContentPlan, ModelCall


class BudgetExceeded(Exception):
    """A budget has not enough left; nothing was sent. str() is for an editor."""

    def __init__(self, budget: Budget, *, left: Decimal, wanted: Decimal, begins: date) -> None:
        super().__init__(
            f"The budget “{budget}” has {_dollars(left)} left of {_dollars(budget.limit)}, and the"
            f" next request may cost up to {_dollars(wanted)}, so nothing was sent. Ask an operator"
            f" to raise it, or wait for the next {budget.get_period_display().lower()}"
            f" ({begins:%-d %B %Y}); then press Retry. What is finished is kept."
        )
        self.budget = budget


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


def hold(plan_id: int, amount: Decimal) -> list[int]:
    """Hold `amount` in today's period of each budget that counts for the plan; returns their ids.

    Raises BudgetExceeded, with nothing held. The caller's transaction has to end soon: others wait.
    """
    if not amount:
        return []
    with transaction.atomic():
        # Always in the same order, so that no two wait for each other.
        return [_hold(budget, amount) for budget in _counting_for(plan_id).order_by("pk")]


def settle(calls: Iterable[ModelCall]) -> None:
    """Give back what the calls held, and count what they cost. Theirs is the transaction."""
    held: dict[int, Decimal] = defaultdict(Decimal)
    spent: dict[int, Decimal] = defaultdict(Decimal)
    for call in calls:
        for period_id in call.budget_period_ids:
            held[period_id] += call.reserved_cost
            spent[period_id] += call.cost
    for period_id in sorted(held):
        BudgetPeriod.objects.filter(pk=period_id).update(
            held=F("held") - held[period_id], spent=F("spent") + spent[period_id]
        )


def standings(plan: ContentPlan | None = None, *, today: date | None = None) -> list[Standing]:
    """Return the budgets that count for a plan, or else all of them, as they stand."""
    today = today or timezone.localdate()
    budgets = Budget.objects.select_related("plan")
    chosen = list(_counting_for(plan.pk) if plan else budgets)
    periods = BudgetPeriod.objects.filter(
        budget__in=chosen, starts_on__in=[_start(today, period) for period in Budget.Period]
    )
    known = {(period.budget_id, period.starts_on): period for period in periods}
    return [_standing(budget, known, today) for budget in chosen]


def check(plan: ContentPlan, wanted: Decimal) -> None:
    """Raise BudgetExceeded where a budget has less left than `wanted`; nothing is held."""
    for standing in standings(plan):
        if wanted and standing.left < wanted:
            raise _exceeded(standing, wanted)


def _counting_for(plan_id: int) -> QuerySet[Budget]:
    return Budget.objects.select_related("plan").filter(Q(plan=None) | Q(plan=plan_id))


def _hold(budget: Budget, amount: Decimal) -> int:
    starts_on = _start(timezone.localdate(), budget.period)
    period, _is_new = BudgetPeriod.objects.get_or_create(budget=budget, starts_on=starts_on)
    fits = Q(held__lte=budget.limit - amount - F("spent"))
    if not BudgetPeriod.objects.filter(fits, pk=period.pk).update(held=F("held") + amount):
        period.refresh_from_db()
        raise _exceeded(Standing(budget, starts_on, period.held, period.spent), amount)
    return period.pk


def _standing(budget: Budget, known: dict[tuple[int, date], BudgetPeriod], today: date) -> Standing:
    starts_on = _start(today, budget.period)
    period = known.get((budget.pk, starts_on)) or BudgetPeriod()
    return Standing(budget, starts_on, period.held, period.spent)


def _exceeded(standing: Standing, wanted: Decimal) -> BudgetExceeded:
    return BudgetExceeded(
        standing.budget, left=standing.left, wanted=wanted, begins=standing.next_starts_on
    )


def _start(day: date, period: str) -> date:
    return day if period == Budget.Period.DAY else day.replace(day=1)


def _next(budget: Budget, starts_on: date) -> date:
    if budget.period == Budget.Period.DAY:
        return starts_on + timedelta(days=1)
    return (starts_on + timedelta(days=31)).replace(day=1)


def _dollars(amount: Decimal) -> str:
    return f"${amount.normalize():f}"
