"""Every question is written down before it is asked; every answer is paid for once."""

from decimal import Decimal

import pytest

from generation.models import ModelCall
from tests.generation import tiny
from tests.generation.tiny import Found

pytestmark = pytest.mark.django_db
# For those with threads: what one commits the others see.
committing = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def run(model, price):
    run = tiny.start()
    run.steps.exclude(name="research").delete()
    return run


def ask_once(run):
    return tiny.advance(run)


def calls():
    return list(ModelCall.objects.order_by("pk"))


class TestAGoodAnswer:
    def test_is_kept_with_what_was_sent_what_came_and_what_it_cost(self, run, model):
        ask_once(run)

        (call,) = calls()
        usage = model.billed[0]
        cached = usage["prompt_tokens_details"]["cached_tokens"]
        assert call.cache_write_tokens == usage["prompt_tokens_details"]["cache_write_tokens"]
        assert (call.state, call.is_usable, call.outcome) == ("settled", True, "")
        assert call.messages == model.requests[0]["messages"]
        assert call.answer == '{"title": "text", "lines": ["text"]}'
        assert call.provider_request_id == "req_1"
        assert call.reasoning_tokens == 64
        assert call.cost == (
            (usage["prompt_tokens"] - cached) * Decimal("0.00000125")
            + cached * Decimal("0.000000125")
            + usage["completion_tokens"] * Decimal("0.00001")
        )
        assert 0 < call.cost < call.reserved_cost
        assert call.finished_at > call.created_at
        assert model.headers[0]["x-client-request-id"] == f"autoblog-{call.pk}"

    def test_with_more_tokens_than_the_books_can_hold_costs_what_was_reserved(self, run, model):
        model.misbehave("uncountable")

        assert ask_once(run).status == "succeeded"

        (call,) = calls()
        assert (call.state, call.outcome, call.is_usable) == ("settled", "estimated", True)
        assert call.cost == call.reserved_cost

    def test_is_used_again_for_the_same_question_of_the_same_run(self, run, model):
        def twice(context):
            assert tiny.ask(context) == tiny.ask(context)
            return Found(text="same")

        assert tiny.advance(run, research=twice).status == "succeeded"
        assert len(model.requests) == 1

    def test_is_not_used_for_another_question(self, run, model):
        def both(context):
            tiny.ask(context, about="bees")
            tiny.ask(context, about="wasps")
            return Found(text="two")

        tiny.advance(run, research=both)

        assert len(model.requests) == 2

    def test_is_not_used_by_another_run(self, run, model):
        ask_once(run)
        other = tiny.start()
        other.steps.exclude(name="research").delete()
        ask_once(other)

        assert len(model.requests) == 2

    def test_without_usage_costs_what_was_reserved_and_says_so(self, run, model):
        model.misbehave("no_usage")

        ask_once(run)

        (call,) = calls()
        assert (call.state, call.is_usable, call.outcome) == ("settled", True, "estimated")
        assert call.cost == call.reserved_cost


class TestTheServiceTier:
    @pytest.fixture
    def flex(self, price):
        price.pk, price.service_tier = None, "flex"
        price.input_per_million = price.cached_input_per_million = Decimal(0)
        price.output_per_million = Decimal(5)
        price.save()

    @pytest.mark.usefixtures("flex")
    def test_is_asked_for_and_priced(self, run, model, settings):
        settings.OPENAI_SERVICE_TIER = model.service_tier = "flex"

        ask_once(run)

        (call,) = calls()
        assert model.requests[0]["service_tier"] == "flex"
        assert (call.service_tier, call.outcome) == ("flex", "")
        assert call.cost == model.billed[0]["completion_tokens"] * Decimal("0.000005")

    @pytest.mark.usefixtures("flex")
    def test_that_answered_is_the_one_that_is_paid(self, run, model):
        model.service_tier = "flex"

        ask_once(run)

        assert "service_tier" not in model.requests[0]
        assert calls()[0].cost == model.billed[0]["completion_tokens"] * Decimal("0.000005")

    def test_that_has_no_price_costs_what_was_reserved_and_says_so(self, run, model):
        model.service_tier = "priority"

        assert ask_once(run).status == "succeeded"

        (call,) = calls()
        assert (call.cost, call.outcome) == (call.reserved_cost, "estimated")


class TestAnAnswerOfTheWrongShape:
    def test_is_paid_for_and_asked_for_again_with_what_was_wrong(self, run, model):
        model.misbehave("wrong_shape")

        assert ask_once(run).status == "succeeded"

        bad, good = calls()
        assert (bad.state, bad.is_usable, bad.outcome) == ("settled", False, "wrong_shape")
        assert bad.cost > 0
        assert good.is_usable
        assert [m["role"] for m in good.messages] == ["system", "user", "assistant", "user"]
        assert good.messages[2]["content"] == '{"surprise": 1}'
        assert "title: Field required" in good.messages[3]["content"]

    def test_is_asked_for_twice_and_no_more(self, run, model):
        model.always("invalid_json")

        assert ask_once(run).status == "failed"

        assert [call.outcome for call in calls()] == ["invalid_json", "invalid_json"]

    def test_found_in_the_journal_is_replaced_by_the_good_one_for_ever(self, run, model):
        model.misbehave("empty")

        def twice(context):
            tiny.ask(context)
            tiny.ask(context)
            return Found(text="done")

        tiny.advance(run, research=twice)

        assert len(model.requests) == 2


class TestACutAnswer:
    def test_is_paid_for_and_asked_for_again_with_more_room(self, run, model):
        model.misbehave("length")

        assert ask_once(run).status == "succeeded"

        cut, whole = calls()
        assert (cut.state, cut.outcome, cut.is_usable) == ("settled", "truncated", False)
        assert whole.is_usable
        assert [r["max_completion_tokens"] for r in model.requests] == [500, 1000]
        assert whole.reserved_cost > cut.reserved_cost


class TestAReservation:
    @committing
    def test_is_committed_before_the_request_leaves(self, run, model):
        model.gate.clear()
        with tiny.in_thread(lambda: tiny.advance(run)):
            tiny.until(lambda: model.in_flight == 1)
            (call,) = calls()
            assert (call.state, call.cost) == ("reserved", 0)
            assert call.reserved_cost > 0
            model.gate.set()

        assert calls()[0].state == "settled"

    @pytest.mark.parametrize(
        ("fault", "state"),
        [
            ("401", "released"),
            ("400", "released"),
            ("quota", "released"),
            ("503", "released"),
            ("rate_limit", "released"),
            ("refusal", "settled"),
            ("content_filter", "settled"),
            ("reset", "unknown"),
            ("html", "unknown"),
        ],
    )
    def test_ends_as_the_outcome_demands(self, run, model, fault, state):
        model.misbehave(fault)

        ask_once(run)

        call = calls()[0]
        assert call.state == state
        expected = {"released": 0, "unknown": call.reserved_cost}
        assert call.cost == expected.get(state, call.cost)
        assert (call.cost > 0) == (state != "released")
        assert call.outcome


class TestARunOfTheSampleModel:
    def test_does_not_go_on_with_a_real_one(self, run, model):
        type(run).objects.filter(pk=run.pk).update(is_sample=True)

        run = ask_once(run)

        assert run.status == "failed"
        assert "Start a new run of the brief." in run.problem
        assert model.requests == []
