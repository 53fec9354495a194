"""A schedule starts the most urgent briefs, each once, and no brief stands in another's way."""

import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from generation import services
from generation.models import Brief, ContentPlan, ModelPrice, Run, Source
from publishing import commissioning, tasks, workflow
from tests.factories import make_brief, make_plan, make_run, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan() -> ContentPlan:
    return make_plan()


def _brief(plan: ContentPlan, title: str, **fields: Any) -> Brief:
    brief = make_brief(plan=plan, title=title, **fields)
    Source.objects.create(brief=brief, kind=Source.Kind.NOTE, text="Facts.")
    return brief


def _titles(runs: list[Run]) -> list[str]:
    return [run.brief.title for run in runs]


def test_the_most_urgent_come_first(plan: ContentPlan) -> None:
    _brief(plan, "without a date")
    _brief(plan, "later", due_on=date(2026, 12, 24))
    _brief(plan, "soon", due_on=date(2026, 11, 24))

    runs = commissioning.commission_briefs(plan_id=plan.pk, count=2)

    assert _titles(runs) == ["soon", "later"]
    assert {(run.trigger, run.requested_by) for run in runs} == {("schedule", None)}


def test_written_begun_and_dismissed_briefs_are_left_alone(plan: ContentPlan) -> None:
    make_run(brief=_brief(plan, "written"), status=Run.Status.SUCCEEDED)
    make_run(brief=_brief(plan, "begun"))
    _brief(plan, "dismissed", is_dismissed=True)
    make_run(brief=_brief(plan, "failed before"), status=Run.Status.FAILED)

    assert _titles(commissioning.commission_briefs(plan_id=plan.pk, count=9)) == ["failed before"]


def test_without_a_plan_those_of_all_active_plans_compete(plan: ContentPlan) -> None:
    _brief(plan, "here")
    _brief(make_plan(), "there", due_on=date(2026, 11, 24))
    _brief(make_plan(is_active=False), "asleep", due_on=date(2026, 11, 23))

    assert _titles(commissioning.commission_briefs(count=9)) == ["there", "here"]


def test_a_brief_that_cannot_be_started_is_reported_and_replaced(
    plan: ContentPlan, caplog: pytest.LogCaptureFixture
) -> None:
    make_brief(plan=plan, title="no sources", due_on=date(2026, 11, 23))
    _brief(plan, "fine")

    runs = commissioning.commission_briefs(plan_id=plan.pk, count=1)

    assert _titles(runs) == ["fine"]
    assert "brief_passed_over" in caplog.text


def test_a_surprise_with_one_brief_does_not_stop_the_others(
    plan: ContentPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    _brief(plan, "bad luck", due_on=date(2026, 11, 23))
    _brief(plan, "fine")
    start_run = services.start_run

    def start(brief: Brief, **kwargs: Any) -> Run:
        if brief.title == "bad luck":
            raise RuntimeError
        return start_run(brief, **kwargs)

    monkeypatch.setattr(services, "start_run", start)

    assert _titles(commissioning.commission_briefs(plan_id=plan.pk, count=2)) == ["fine"]


def test_a_plan_that_is_gone_is_an_error(plan: ContentPlan) -> None:
    with pytest.raises(commissioning.PlanNotFound, match="edit the schedule"):
        commissioning.commission_briefs(plan_id=plan.pk + 1, count=1)


def test_briefs_of_the_future_wait(plan: ContentPlan) -> None:
    now = datetime(2026, 11, 23, 7, tzinfo=UTC)
    _brief(plan, "written meanwhile", created_at=now + timedelta(seconds=1))

    assert commissioning.commission_briefs(plan_id=plan.pk, count=1, now=now) == []


class TestTask:
    def test_understands_messages_of_other_versions(self, plan: ContentPlan) -> None:
        _brief(plan, "wanted")

        tasks.commission_briefs(plan_id=plan.pk, count=1, tone="invented later")

        assert Run.objects.get().brief.title == "wanted"

    @pytest.mark.parametrize("count", [0, -1, 51, "many"])
    def test_refuses_an_order_nobody_means(self, plan: ContentPlan, count: object) -> None:
        _brief(plan, "unwanted")

        with pytest.raises(ValueError, match="count"):
            tasks.commission_briefs(plan_id=plan.pk, count=count)

        assert not Run.objects.exists()

    def test_names_are_what_schedules_have_stored(self) -> None:
        assert tasks.commission_briefs.name == "publishing.commission_briefs"
        assert tasks.distribute.name == "publishing.distribute"

    def test_distribution_runs_whatever_the_message_says(self) -> None:
        tasks.distribute(since="invented later")


@pytest.mark.django_db(transaction=True)
def test_two_ticks_at_once_start_no_brief_twice() -> None:
    ModelPrice.objects.get_or_create(
        model_prefix="sample",
        effective_from=date(2026, 1, 1),
        defaults=dict.fromkeys(
            ["input_per_million", "cached_input_per_million", "output_per_million"], 0
        ),
    )
    plan = make_plan()
    for number in range(6):
        _brief(plan, f"Brief {number}")
    ready = threading.Barrier(2)

    def tick() -> None:
        try:
            ready.wait()
            commissioning.commission_briefs(plan_id=plan.pk, count=3)
        finally:
            connection.close()

    threads = [threading.Thread(target=tick) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    briefs = list(Run.objects.values_list("brief", flat=True))
    assert len(briefs) == len(set(briefs)) == 6


def test_whoever_dictated_the_brief_does_not_approve_what_the_schedule_has_written(
    plan: ContentPlan, settings: Any
) -> None:
    settings.USE_SAMPLE_MODEL = True
    editor = make_user("Writers", "Editors")
    services.create_brief(
        plan=plan,
        title="The best chain in the world",
        by=editor,
        sources=[Source(kind=Source.Kind.NOTE, text="My chain costs 9 euros. It lasts 12 years.")],
    )
    [run] = commissioning.commission_briefs(plan_id=plan.pk)
    services.advance(run.pk)
    run.refresh_from_db()
    assert run.post is not None

    with pytest.raises(workflow.FourEyesViolation):
        workflow.approve(run.post, by=editor)
    workflow.approve(run.post, by=make_user("Editors"))
