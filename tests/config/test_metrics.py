"""The numbers for whoever is on call: read from rows, told to Prometheus and CloudWatch."""

import json
import time
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from config import metrics
from generation.models import Budget, ModelCall, Step
from publishing import schedules
from tests import factories

pytestmark = pytest.mark.django_db


def waiting_step(seconds: float) -> None:
    run = factories.make_run()
    run.steps.all().delete()
    at = timezone.now() - timedelta(seconds=seconds)
    Step.objects.create(run=run, name="research", position=0, run_after=at)


def call(cost: str, **fields: object) -> ModelCall:
    values = {"journal_key": "k", "prompt_name": "outline", "messages": [], "model": "gpt-5"}
    return ModelCall.objects.create(**values, state="settled", cost=Decimal(cost), **fields)


class TestReadings:
    def test_of_a_blog_at_rest_are_nought(self):
        schedules.ours().update(enabled=False)
        cache.delete(metrics._BEAT)

        assert set(metrics.readings().values()) == {0}
        assert set(metrics.readings()) == set(metrics.HELP) - {"beat_age_seconds"}

    def test_tell_how_long_the_oldest_step_waits_and_how_many_there_are(self):
        waiting_step(90)
        waiting_step(20)

        found = metrics.readings()

        assert found["queue_depth"] == 2
        assert 90 <= found["queue_age_seconds"] < 120

    def test_tell_money_and_failures_of_late_only(self):
        call("0.25")
        call("0.50", outcome="refused")
        call("4", outcome="refused", created_at=timezone.now() - timedelta(hours=2))
        call("8", is_sample=True)

        found = metrics.readings()

        assert found["spend_usd"] == 0.75
        assert found["model_errors"] == 1

    def test_tell_the_fullest_budget(self):
        today = timezone.localdate()
        Budget.objects.all().delete()
        for limit, spent, held in (("10", "1", "1"), ("10", "5", "2.5")):
            plan = factories.make_plan()
            budget = Budget.objects.create(plan=plan, period="day", limit=limit)
            budget.periods.create(starts_on=today, spent=spent, held=held)

        assert metrics.readings()["budget_used_percent"] == 75

    def test_tell_a_schedule_that_did_not_run(self):
        schedules.ours().delete()
        row = schedules.PeriodicTask.objects.create(
            name="x", task=schedules.DISTRIBUTE, interval=schedules.interval_for(5)
        )
        rows = schedules.PeriodicTask.objects.filter(pk=row.pk)
        now = timezone.now()

        rows.update(last_run_at=now - timedelta(hours=1), date_changed=now - timedelta(days=1))
        assert metrics.readings()["missed_slots"] == 1
        rows.update(last_run_at=now - timedelta(minutes=1))
        assert metrics.readings()["missed_slots"] == 0

    def test_tell_since_when_beat_is_silent(self):
        metrics.note_tick()
        assert metrics.readings()["beat_age_seconds"] < 5
        cache.set(metrics._BEAT, time.time() - 400)
        assert 400 <= metrics.readings()["beat_age_seconds"] < 430


class TestThePage:
    def test_is_there_for_whoever_has_the_token(self, settings):
        settings.METRICS_TOKEN = "s3cret"
        settings.ALLOWED_HOSTS = ["blog.example.com"]
        waiting_step(90)
        headers = {"authorization": "Bearer s3cret", "host": "10.0.0.7:8000"}

        answer = Client().get("/metrics", headers=headers)

        assert answer.status_code == 200
        assert answer["Content-Type"].startswith("text/plain; version=0.0.4")
        assert answer["Cache-Control"] == "no-store"
        lines = answer.content.decode().splitlines()
        assert "# TYPE autoblog_queue_depth gauge" in lines
        assert "autoblog_queue_depth 1" in lines

    @pytest.mark.parametrize(
        ("token", "given"),
        [("", "Bearer "), ("", ""), ("s3cret", "Bearer wrong"), ("s3cret", ""), ("s", "Bearer ß")],
    )
    def test_is_not_there_for_anybody_else(self, settings, token, given):
        settings.METRICS_TOKEN = token

        answer = Client().get("/metrics", headers={"authorization": given}, follow=True)

        assert answer.status_code == 404


def test_cloudwatch_is_told_in_one_line(capsys, monkeypatch):
    monkeypatch.setenv("METRICS_ENVIRONMENT", "staging")
    waiting_step(90)

    metrics.emit()

    (line,) = capsys.readouterr().out.splitlines()
    told = json.loads(line)
    directive = told["_aws"]["CloudWatchMetrics"][0]
    assert (directive["Namespace"], directive["Dimensions"]) == ("AutoBlog", [["Environment"]])
    named = {each["Name"] for each in directive["Metrics"]}
    assert {"QueueAgeSeconds", "QueueDepth", "SpendUsd", "BudgetUsedPercent"} <= named
    assert named <= told.keys()
    assert (told["Environment"], told["QueueDepth"]) == ("staging", 1)
    assert abs(told["_aws"]["Timestamp"] / 1000 - time.time()) < 60
