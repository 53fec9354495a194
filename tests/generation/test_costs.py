"""Where the money went, what an article will cost, and both on screen."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from generation import costs, forecasting, services
from generation.models import Budget, ModelCall, Run, Source
from tests import factories

pytestmark = pytest.mark.django_db


def spend(run, cost, *, days_ago=0, state="settled", **fields):
    return ModelCall.objects.create(
        run=run,
        model=run.model,
        messages=[],
        state=state,
        cost=Decimal(cost),
        created_at=timezone.now() - timedelta(days=days_ago),
        **{"prompt_name": "outline"} | fields,
    )


def table(shares):
    return {share.name: (share.cost, share.number) for share in shares}


@pytest.fixture
def run():
    return factories.make_run(model="test-model", status="succeeded")


class TestAReport:
    def test_sums_by_day_plan_model_and_step(self, run):
        other = factories.make_run(model="other-model")
        spend(run, "0.10", prompt_name="sections")
        spend(run, "0.20", days_ago=2, state="unknown")
        spend(other, "0.30", days_ago=2)
        spend(other, "9", days_ago=7)
        spend(other, "9", is_sample=True)
        spend(other, "9", state="reserved")

        report = costs.report(days=7)

        assert [cost for _, cost in report.days] == [0, 0, 0, 0, Decimal("0.50"), 0, Decimal("0.1")]
        assert report.days[-1][0] == timezone.localdate()
        assert (report.total, report.unknown) == (Decimal("0.60"), Decimal("0.20"))
        assert table(report.by_plan) == {
            str(run.brief.plan): (Decimal("0.30"), 2),
            str(other.brief.plan): (Decimal("0.30"), 1),
        }
        assert table(report.by_model) == {
            "test-model": (Decimal("0.30"), 2),
            "other-model": (Decimal("0.30"), 1),
        }
        assert table(report.by_step) == {
            "outline": (Decimal("0.50"), 2),
            "sections": (Decimal("0.10"), 1),
        }

    def test_says_what_became_of_the_work(self):
        live = factories.make_post(live=True)
        draft = factories.make_post()
        rejected = factories.make_post()
        type(rejected).objects.filter(pk=rejected.pk).update(status="archived")
        for number, fields in enumerate(
            [
                {"post": live, "status": "succeeded"},
                {"post": draft, "status": "succeeded"},
                {"post": rejected, "status": "succeeded"},
                {"status": "failed"},
                {"status": "cancelled"},
                {"status": "running"},
            ],
            1,
        ):
            spend(factories.make_run(**fields), number)

        report = costs.report(days=30)

        assert table(report.outcomes) == {
            "Approved or live": (1, 1),
            "Drafts and in review": (2, 1),
            "Rejected": (3, 1),
            "Failed and cancelled runs": (9, 2),
            "Being written": (6, 1),
        }

    def test_knows_what_a_word_that_readers_have_cost(self, run):
        assert costs.report(days=30).per_published_word is None
        run.post = factories.make_post(live=True, body="Two\n\nwords  and two.")
        run.save()
        again = factories.make_run(post=run.post)
        spend(run, "0.30")
        spend(again, "0.10")

        assert costs.report(days=30).per_published_word == Decimal("0.1")


class TestThisMonth:
    def test_is_expected_to_go_on_as_it_began(self, run):
        now = datetime(2026, 11, 11, tzinfo=UTC)
        spend(run, "2").save()
        ModelCall.objects.update(created_at=now - timedelta(days=3))
        before = spend(run, "50")
        ModelCall.objects.filter(pk=before.pk).update(created_at=datetime(2026, 10, 31, tzinfo=UTC))

        spent, expected = costs.this_month(now)

        assert spent == 2
        assert expected == pytest.approx(Decimal(6))  # ten days of thirty


class TestAForecast:
    @pytest.mark.usefixtures("price")
    def test_rests_on_the_plans_own_articles_then_on_all_then_on_a_guess(self):
        plan = factories.make_plan(target_words=1000)
        guess = forecasting.of_article(plan, "test-model")
        spend(factories.make_run(model="test-model", status="succeeded"), "0.40")
        others = forecasting.of_article(plan, "test-model")
        for cost in ("0.10", "0.20", "0.90"):
            ours = factories.make_run(
                brief=factories.make_brief(plan=plan), model="test-model", status="succeeded"
            )
            spend(ours, cost)
        own = forecasting.of_article(plan, "test-model")

        # 65,000 tokens in at 1.25, 8,000 out at 10, per million.
        assert (guess.amount, guess.runs) == (Decimal("0.16125"), 0)
        assert (others.amount, others.runs) == (Decimal("0.40"), 1)
        assert (own.amount, own.runs) == (Decimal("0.20"), 3)

    @pytest.mark.usefixtures("price", "model")
    def test_that_no_budget_can_pay_keeps_a_run_from_being_started(self):
        Budget.objects.update(limit=Decimal("0.05"))
        brief = factories.make_brief()
        Source.objects.create(brief=brief, kind="note", text="Forty chains.")

        with pytest.raises(services.BriefNotReady) as refused:
            services.start_run(brief, by=None, trigger=Run.Trigger.COMMAND)

        assert "“The whole site, each month” has $0.05 left of $0.05" in str(refused.value)
        assert "such an article costs about $0." in str(refused.value)
        assert not Run.objects.exists()


class TestOnScreen:
    URL = "admin:generation_costs"

    def test_shows_the_figures_to_those_who_see_the_calls(self, client, run):
        spend(run, "1.25")
        client.force_login(factories.make_user("Editors"))

        page = client.get(reverse(self.URL))

        html = page.content.decode()
        assert page.status_code == 200
        assert str(run.brief.plan) in html
        assert "$1.25" in html
        assert "The whole site, each month" in html

    def test_of_an_empty_blog_is_a_page_too(self, client):
        Budget.objects.all().delete()
        client.force_login(factories.make_user("Operators"))

        html = client.get(reverse(self.URL), {"days": "x"}).content.decode()

        assert "There is no budget: whatever is asked for is paid." in html
        assert "Nothing was asked for." in html

    def test_is_refused_to_others(self, client):
        client.force_login(factories.make_user())

        assert client.get(reverse(self.URL)).status_code == 403

    def test_a_budget_is_made_and_changed_by_operators_only(self, client):
        add = reverse("admin:generation_budget_add")
        client.force_login(factories.make_user("Editors"))
        assert client.get(add).status_code == 403

        client.force_login(factories.make_user("Operators"))
        again = client.post(add, {"period": "month", "limit": "5"})
        assert "There is a budget for this period already" in again.content.decode()
        assert client.post(add, {"period": "day", "limit": "5"}).status_code == 302
        assert client.post(add, {"period": "day", "limit": "-5"}).status_code == 200
        row = Budget.objects.get(period="day")
        change = reverse("admin:generation_budget_change", args=[row.pk])
        client.post(change, {"limit": "7", "period": "month"})
        row.refresh_from_db()
        assert (row.limit, row.period) == (7, "day")
        assert "$7.00" in client.get(reverse("admin:generation_budget_changelist")).content.decode()

    @pytest.mark.usefixtures("price", "model")
    def test_a_brief_says_what_its_draft_will_cost(self, client):
        client.force_login(factories.make_user("Editors"))
        brief = factories.make_brief()
        page = reverse("admin:generation_brief_change", args=[brief.pk])

        assert "A draft costs about $0.1" in (html := client.get(page).content.decode())
        assert "a guess, until one is written" in html
        for number in range(2):
            done = factories.make_run(model="test-model", status="succeeded")
            spend(done, f"0.{number + 1}")
        assert "costs about $0.15" in (html := client.get(page).content.decode()), html
        assert "as the last 2 did" in html
