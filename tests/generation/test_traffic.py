"""All workers together ask no faster than the provider allows, and not at all without credit."""

import time
from datetime import timedelta

import pytest
from django.core import mail
from django.db.models.functions import Now
from django.utils import timezone

from generation import traffic
from generation.client import QuotaExhausted, TryAgainLater
from generation.client.limits import Limits
from generation.models import ModelCall, ModelTraffic
from tests.generation import tiny

pytestmark = pytest.mark.django_db
committing = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def allow(requests=None, tokens=None):
    return ModelTraffic.objects.create(
        model="test-model", requests_per_minute=requests, tokens_per_minute=tokens
    )


def five_minutes_later():
    ModelTraffic.objects.update(paused_until=Now() - timedelta(seconds=1))


class TestALimit:
    def test_is_learnt_from_the_headers_of_answers(self, model, price):
        model.response_headers = {
            "x-ratelimit-limit-requests": "5000",
            "x-ratelimit-limit-tokens": "800000",
            "x-ratelimit-remaining-requests": "4999",
            "x-ratelimit-reset-requests": "12ms",
        }

        tiny.advance(tiny.start())

        row = ModelTraffic.objects.get()
        assert (row.model, row.paused_until) == ("test-model", None)
        assert (row.requests_per_minute, row.tokens_per_minute) == (5000, 800_000)
        # The later requests of the run counted: a prompt and 500 tokens of answer each.
        assert row.tokens_until > timezone.now() - timedelta(seconds=30)

        model.response_headers["x-ratelimit-limit-requests"] = "7000"
        tiny.advance(tiny.start())
        assert ModelTraffic.objects.get().requests_per_minute == 7000

    @pytest.mark.parametrize("value", ["", "0", "-5", "1e9", "many", "9" * 40])
    def test_that_makes_no_sense_is_not_learnt(self, model, price, value):
        model.response_headers = {"x-ratelimit-limit-requests": value}

        assert tiny.advance(tiny.start()).status == "succeeded"

        assert not ModelTraffic.objects.exists()

    @committing
    def test_is_kept_by_fifty_who_ask_at_once(self):
        allow(tokens=6000)
        passed, waits = [], []

        def ask():
            try:
                passed.append(traffic.enter("test-model", tokens=1000))
            except TryAgainLater as later:
                waits.append(later.after)

        with tiny.in_threads([ask] * 50):
            pass

        # Each uses up ten seconds, and no more than ten are used ahead.
        assert len(passed) == 2
        assert all(5 < wait <= 10 for wait in waits)
        assert len(waits) == 48

    def test_of_requests_counts_as_well_as_that_of_tokens(self):
        allow(requests=6, tokens=1_000_000)
        traffic.enter("test-model", tokens=1)
        traffic.enter("test-model", tokens=1)

        with pytest.raises(TryAgainLater, match="limit for “test-model” is reached"):
            traffic.enter("test-model", tokens=1)

    def test_that_is_nearly_free_is_waited_for(self):
        row = allow(requests=60)
        ModelTraffic.objects.filter(pk=row.pk).update(
            requests_until=Now() + timedelta(seconds=10.3)
        )
        began = time.monotonic()

        traffic.enter("test-model", tokens=1)

        assert time.monotonic() - began >= 0.2

    def test_does_not_hold_up_other_models(self):
        row = allow(requests=1)
        ModelTraffic.objects.filter(pk=row.pk).update(requests_until=Now() + timedelta(hours=1))

        assert traffic.enter("other-model", tokens=1).known is None


class TestRetryAfter:
    def test_keeps_all_runs_away_and_not_only_the_one_that_was_told(self, model, price):
        model.misbehave("rate_limit")
        first, second = tiny.start(), tiny.start()

        tiny.advance(first)
        tiny.advance(second)

        assert len(model.requests) == 1
        told, away = first.steps.get(name="research"), second.steps.get(name="research")
        assert (away.status, away.attempts) == ("pending", 0)
        assert away.run_after > timezone.now() + timedelta(seconds=5)
        assert "asks for fewer requests" in told.activity
        assert "limit for “test-model” is reached" in away.activity
        # Nothing was reserved for what was not sent.
        assert ModelCall.objects.count() == 1

    def test_of_an_answer_whose_last_request_was_used_up_counts_too(self, model, price):
        model.response_headers = {
            "x-ratelimit-remaining-requests": "0",
            "x-ratelimit-reset-requests": "1m0s",
        }

        tiny.advance(tiny.start())

        assert len(model.requests) == 1
        assert ModelTraffic.objects.get().paused_until > timezone.now() + timedelta(seconds=50)

    def test_is_never_shortened_by_a_later_word(self):
        turn = traffic.enter("test-model", tokens=1)
        turn.over(Limits(wait_seconds=600))
        turn.over(Limits(wait_seconds=1))

        assert ModelTraffic.objects.get().paused_until > timezone.now() + timedelta(seconds=500)


class TestNoCredit:
    @pytest.fixture
    def runs(self, model, price, settings):
        settings.ADMINS = [("Operator", "operator@blog.example")]
        model.always("quota")
        return [tiny.start() for _ in range(5)]

    def test_stops_all_runs_with_one_request_and_one_alert(self, runs, model, caplog):
        for run in runs:
            assert tiny.advance(run).status == "running"

        assert len(model.requests) == 1
        assert [message.subject for message in mail.outbox] == [
            "[Django] The credit for the model is used up"
        ]
        assert [r.msg["event"] for r in caplog.records].count("credit_used_up") == 1
        for run in runs:
            step = run.steps.get(name="research")
            assert (step.status, step.attempts) == ("pending", 0)
            assert step.run_after > timezone.now() + timedelta(minutes=4)
            assert "no credit left: ask an operator to add some." in step.activity

    def test_is_tried_again_by_one_every_five_minutes_and_told_no_second_time(self, runs, model):
        for _ in range(3):
            for run in runs:
                tiny.advance(run)
            tiny.hurry(but_not_the_provider=True)
            five_minutes_later()

        assert len(model.requests) == 3
        assert len(mail.outbox) == 1

    def test_waits_for_days(self, runs):
        tiny.advance(runs[0])
        runs[0].steps.update(started_at=timezone.now() - timedelta(days=2))
        tiny.hurry(but_not_the_provider=True)
        five_minutes_later()

        assert tiny.advance(runs[0]).status == "running"

    def test_is_over_when_the_one_who_tries_gets_an_answer(self, runs, model):
        for run in runs:
            tiny.advance(run)
        model.always("")
        tiny.hurry(but_not_the_provider=True)
        five_minutes_later()

        assert [tiny.advance(run).status for run in runs] == ["succeeded"] * 5

        assert not ModelTraffic.objects.filter(is_out_of_credit=True).exists()

    def test_is_still_there_when_the_one_who_tries_finds_the_provider_broken(self, runs, model):
        tiny.advance(runs[0])
        model.always("503")
        tiny.hurry(but_not_the_provider=True)
        five_minutes_later()
        tiny.advance(runs[0])

        with pytest.raises(QuotaExhausted):
            traffic.enter("test-model", tokens=1)
