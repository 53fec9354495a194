"""No number of writers passes a cap, and what a budget says is what its calls say."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError
from django.db.models import Sum

from generation import budget, leases
from generation.budget import BudgetExceeded
from generation.models import Budget, BudgetPeriod, ModelCall
from tests import factories
from tests.generation import tiny

pytestmark = pytest.mark.django_db
committing = pytest.mark.django_db(transaction=True, serialized_rollback=True)

TEN_CENTS = Decimal("0.10")


@pytest.fixture
def plan():
    return factories.make_plan()


@pytest.fixture(autouse=True)
def nothing_but_ours(db):
    Budget.objects.all().delete()


def cap(limit, plan=None, period="day"):
    return Budget.objects.create(plan=plan, period=period, limit=Decimal(limit))


def amounts(of: Budget) -> tuple[Decimal, Decimal]:
    period = of.periods.get()
    return period.held, period.spent


class TestFiftyWriters:
    @committing
    def test_never_pass_a_dollar(self, plan):
        whole, its = cap("1.00"), cap("1.05", plan, "month")
        refused = []

        def reserve():
            try:
                budget.hold(plan.pk, TEN_CENTS)
            except BudgetExceeded as error:
                refused.append(error)

        with tiny.in_threads([reserve] * 50):
            pass

        assert amounts(whole) == amounts(its) == (Decimal("1.00"), 0)
        assert len(refused) == 40

    @committing
    def test_that_finish_meanwhile_make_room_for_no_more_than_fits(self, plan):
        whole = cap("1.00")
        passed = []

        def reserve_and_settle():
            # Who is refused because of what others hold comes again: they will give back most.
            while whole.periods.filter(spent__gt="0.90").first() is None:
                try:
                    periods = budget.hold(plan.pk, TEN_CENTS)
                except BudgetExceeded:
                    continue
                period = whole.periods.get()
                if period.held + period.spent > whole.limit:
                    passed.append(period)
                call = ModelCall(reserved_cost=TEN_CENTS, cost=Decimal("0.04"))
                call.budget_period_ids = periods
                budget.settle([call])

        with tiny.in_threads([reserve_and_settle] * 20):
            pass

        held, spent = amounts(whole)
        assert (passed, held) == ([], 0)
        # What is left is too little for one more.
        assert Decimal("0.90") < spent <= 1


class TestAHold:
    def test_counts_in_the_budgets_of_the_site_and_of_the_plan_and_in_no_others(self, plan):
        others = [cap(1, factories.make_plan()), cap(1, factories.make_plan(), "month")]
        ours = [cap(1), cap(1, period="month"), cap(1, plan), cap(1, plan, "month")]

        periods = budget.hold(plan.pk, TEN_CENTS)

        assert sorted(periods) == sorted(one.periods.get().pk for one in ours)
        assert [amounts(one) for one in ours] == [(TEN_CENTS, 0)] * 4
        assert not BudgetPeriod.objects.filter(budget__in=others).exists()

    def test_that_one_budget_refuses_is_held_in_none(self, plan):
        wide, narrow = cap(1), cap("0.05", plan)

        with pytest.raises(BudgetExceeded):
            budget.hold(plan.pk, TEN_CENTS)

        assert not BudgetPeriod.objects.filter(held__gt=0).exists()
        assert {wide, narrow} == set(Budget.objects.all())

    def test_of_exactly_what_is_left_fits(self, plan):
        whole = cap("0.10")

        budget.hold(plan.pk, TEN_CENTS)

        assert amounts(whole) == (TEN_CENTS, 0)
        with pytest.raises(BudgetExceeded):
            budget.hold(plan.pk, Decimal("0.000000001"))

    def test_says_what_is_left_and_when_there_will_be_more(self, plan):
        last_day = date(2026, 12, 31)
        cap("0.25", plan, "month")
        budget.hold(plan.pk, Decimal("0.2"), today=last_day)

        with pytest.raises(BudgetExceeded) as refused:
            budget.hold(plan.pk, TEN_CENTS, today=last_day)

        assert f"“{plan}, each month” has $0.05 left of $0.25" in str(refused.value)
        assert "may cost up to $0.10, so nothing was sent." in str(refused.value)
        assert "wait for the next month (1 January 2027)" in str(refused.value)

    def test_of_nothing_needs_no_budget(self, plan):
        cap(0)

        assert budget.hold(plan.pk, Decimal(0)) == []

    def test_stays_in_the_period_in_which_it_was_made(self, plan):
        whole = cap(1)
        today = date(2026, 2, 28)
        tomorrow = today + timedelta(days=1)
        periods = budget.hold(plan.pk, TEN_CENTS, today=today)

        call = ModelCall(reserved_cost=TEN_CENTS, cost=Decimal("0.03"), budget_period_ids=periods)
        budget.hold(plan.pk, TEN_CENTS, today=tomorrow)
        budget.settle([call])

        sums = {row.starts_on: (row.held, row.spent) for row in whole.periods.all()}
        assert sums == {today: (0, Decimal("0.03")), tomorrow: (TEN_CENTS, 0)}

    def test_is_never_given_back_twice(self, plan):
        cap(1)
        call = ModelCall(reserved_cost=TEN_CENTS, cost=Decimal(0))
        call.budget_period_ids = budget.hold(plan.pk, TEN_CENTS)
        budget.settle([call])

        with pytest.raises(IntegrityError, match="gives_back_what_it_holds"):
            budget.settle([call])


class TestARun:
    @pytest.fixture
    def run(self, model, price):
        return tiny.start()

    def test_leaves_a_budget_that_says_what_its_calls_say(self, run, model):
        site = cap(1)
        model.misbehave("wrong_shape", "", "503", "reset")

        tiny.advance(run)
        tiny.hurry()
        tiny.advance(run)

        states = set(ModelCall.objects.values_list("state", flat=True))
        assert states == {"settled", "released", "unknown"}
        assert amounts(site) == (0, ModelCall.objects.aggregate(sum=Sum("cost"))["sum"])

    def test_that_is_too_dear_stops_with_a_clear_word_and_keeps_what_is_finished(self, run, model):
        site = cap("0.0062")
        # Two requests of some half a cent each, of which the first has cost a tenth of that.
        stopped = tiny.advance(run, sections=lambda context: tiny.ask(context, max_tokens=600))

        assert stopped.status == "failed"
        assert "nothing was sent" in stopped.problem
        assert tiny.steps(run)["research"] == tiny.steps(run)["outline"] == "succeeded"
        assert len(model.requests) == 1
        assert amounts(site) == (0, ModelCall.objects.get().cost)

    def test_whose_worker_died_is_spent_at_what_it_held(self, run):
        site = cap(1)
        step = leases.claim(run.pk)
        held = ModelCall.objects.create(
            run=run,
            step=step,
            model="test-model",
            messages=[],
            reserved_cost=TEN_CENTS,
            budget_period_ids=budget.hold(run.brief.plan_id, TEN_CENTS),
        )
        tiny.expire_leases()

        leases.reclaim()
        leases.reclaim()

        held.refresh_from_db()
        assert (held.state, held.cost) == ("unknown", TEN_CENTS)
        assert amounts(site) == (0, TEN_CENTS)

    @pytest.mark.usefixtures("model")
    def test_of_the_sample_model_counts_in_no_budget(self, settings):
        cap(0)
        settings.USE_SAMPLE_MODEL = True

        assert budget.hold(factories.make_plan().pk, Decimal(0)) == []


class TestTheStandings:
    def test_tell_of_each_budget_what_is_left_today(self, plan):
        site, its = cap(1), cap(2, plan, "month")
        budget.hold(plan.pk, TEN_CENTS)
        BudgetPeriod.objects.create(budget=site, starts_on=date(2020, 1, 1), spent=5)

        found = {standing.budget: standing.left for standing in budget.standings()}

        assert found == {site: Decimal("0.90"), its: Decimal("1.90")}

    def test_are_checked_before_anything_is_begun(self, plan):
        cap("0.05")

        budget.check(plan, Decimal("0.05"))
        with pytest.raises(BudgetExceeded):
            budget.check(plan, Decimal("0.06"))
        assert not BudgetPeriod.objects.exists()


def test_a_new_installation_has_a_cap():
    # The fixture took it away; the migration is what gives it.
    from importlib import import_module

    from django.apps import apps

    import_module("generation.migrations.0005_begin_with_a_budget").add_budget(apps, None)

    assert [(str(one), one.limit) for one in Budget.objects.all()] == [
        ("The whole site, each month", 100)
    ]
