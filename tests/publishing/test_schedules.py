"""What the calendar says about a schedule is what beat does, also on the days the clocks change."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django_celery_beat.models import (
    CrontabSchedule,
    IntervalSchedule,
    PeriodicTask,
    PeriodicTasks,
)
from django_celery_beat.schedulers import DatabaseScheduler, ModelEntry

from config.celery_app import app
from generation.models import ContentPlan
from publishing import schedules
from publishing.forms import ScheduleForm
from tests.factories import make_plan

pytestmark = pytest.mark.django_db

BERLIN = ZoneInfo("Europe/Berlin")
WEEKLY = {
    "name": "Mondays",
    "task": "publishing.commission_briefs",
    "count": "2",
    "rhythm": "weekly",
    "weekdays": ["1", "5"],
    "at": "07:30",
    "time_zone": "Europe/Berlin",
    "enabled": "on",
}


@pytest.fixture
def plan() -> ContentPlan:
    return make_plan(name="The repair bench")


def _row(**cron: object) -> PeriodicTask:
    rule = CrontabSchedule.objects.create(**{"timezone": BERLIN} | cron)
    return PeriodicTask.objects.create(name="row", task="publishing.distribute", crontab=rule)


def _shown(times: list[datetime]) -> list[str]:
    return [f"{at:%a %d.%m. %H:%M %z}" for at in times]


def _fired(row: PeriodicTask, begins: datetime, ends: datetime) -> list[datetime]:
    """Run beat's own entry against a clock that goes minute by minute."""
    row.last_run_at = begins
    fired, now = [], begins
    while now < ends:
        now += timedelta(minutes=1)
        with time_machine.travel(now, tick=False):
            entry = ModelEntry(row, app=app)
            if entry.is_due().is_due:
                next(entry)
                fired.append(now)
    return fired


def _saved(given: dict[str, object], instance: PeriodicTask | None = None) -> PeriodicTask:
    form = ScheduleForm(given, instance=instance)
    assert form.is_valid(), form.errors
    return PeriodicTask.objects.get(pk=form.save().pk)


class TestSeeds:
    def test_leave_the_editorial_schedule_off_until_a_plan_is_chosen(self) -> None:
        row = PeriodicTask.objects.get(task="publishing.commission_briefs")

        assert not row.enabled
        assert schedules.describe_task(row) == "Commission 3 briefs of a plan to be chosen"
        assert schedules.describe_time(row) == "Monday at 07:00 (UTC)"

    def test_have_the_channels_told_every_minute(self) -> None:
        row = PeriodicTask.objects.get(task="publishing.distribute")

        assert row.enabled
        assert schedules.describe_time(row) == "Every minute"

    def test_are_all_there_is(self) -> None:
        assert set(PeriodicTask.objects.values_list("task", flat=True)) == set(schedules.TASKS)

    def test_get_no_company_when_beat_starts(self) -> None:
        class Beat(DatabaseScheduler):
            def update_from_dict(self, mapping: dict[str, object]) -> None:
                self.rows_of_its_own = mapping

        beat = Beat(app=app, lazy=True)
        beat.install_default_entries({})

        assert beat.rows_of_its_own == {}
        assert not app.conf.beat_schedule

    def test_name_tasks_that_exist(self) -> None:
        app.loader.import_default_modules()

        assert set(schedules.TASKS) <= set(app.tasks)


class TestNextRuns:
    def test_are_five_in_the_zone_of_the_row(self) -> None:
        row = _row(minute="30", hour="7", day_of_week="1,5")

        times = schedules.next_runs(row, now=datetime(2026, 11, 23, 6, 30, tzinfo=UTC))

        assert _shown(times) == [
            "Fri 27.11. 07:30 +0100",
            "Mon 30.11. 07:30 +0100",
            "Fri 04.12. 07:30 +0100",
            "Mon 07.12. 07:30 +0100",
            "Fri 11.12. 07:30 +0100",
        ]

    def test_keep_wall_time_when_the_clocks_change(self) -> None:
        row = _row(minute="0", hour="9", day_of_week="*")

        times = schedules.next_runs(row, n=3, now=datetime(2027, 3, 27, 0, tzinfo=UTC))

        assert _shown(times) == [
            "Sat 27.03. 09:00 +0100",
            "Sun 28.03. 09:00 +0200",
            "Mon 29.03. 09:00 +0200",
        ]

    def test_that_fall_into_the_gap_of_spring_come_after_it(self) -> None:
        row = _row(minute="30", hour="2", day_of_week="*")

        times = schedules.next_runs(row, n=2, now=datetime(2027, 3, 28, 0, tzinfo=UTC))

        assert _shown(times) == ["Sun 28.03. 03:30 +0200", "Mon 29.03. 02:30 +0200"]

    def test_in_the_repeated_hour_of_autumn_come_once(self) -> None:
        row = _row(minute="30", hour="2", day_of_week="*")

        times = schedules.next_runs(row, n=2, now=datetime(2026, 10, 24, 23, tzinfo=UTC))

        assert _shown(times) == ["Sun 25.10. 02:30 +0200", "Mon 26.10. 02:30 +0100"]

    @pytest.mark.parametrize(
        "begins",
        [
            pytest.param(datetime(2027, 3, 27, 12, tzinfo=UTC), id="spring"),
            pytest.param(datetime(2026, 10, 24, 12, tzinfo=UTC), id="autumn"),
        ],
    )
    @pytest.mark.parametrize("hour", ["1", "2", "3", "9"])
    def test_are_those_of_beat(self, begins: datetime, hour: str) -> None:
        row = _row(minute="30", hour=hour, day_of_week="*")
        ends = begins + timedelta(days=2)

        # In UTC, because a wall time that comes twice equals no other time in Python.
        times = [at.astimezone(UTC) for at in schedules.next_runs(row, now=begins)]
        foreseen = [at for at in times if at <= ends]

        assert len(foreseen) == 2
        assert _fired(row, begins, ends) == foreseen

    def test_of_an_interval_count_from_the_last_one(self) -> None:
        every = IntervalSchedule.objects.create(every=90, period="minutes")
        last = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
        row = PeriodicTask.objects.create(
            name="row", task="publishing.distribute", interval=every, last_run_at=last
        )

        times = schedules.next_runs(row, n=2, now=last + timedelta(minutes=30))
        overdue = schedules.next_runs(row, n=1, now=last + timedelta(days=1))

        assert times == [last + timedelta(minutes=90), last + timedelta(minutes=180)]
        assert overdue == [last + timedelta(days=1)]

    def test_respect_a_beginning_and_an_end(self) -> None:
        row = _row(minute="0", hour="9", day_of_week="*")
        row.start_time = datetime(2026, 11, 25, 0, tzinfo=UTC)
        row.expires = datetime(2026, 11, 27, 0, tzinfo=UTC)

        times = schedules.next_runs(row, now=datetime(2026, 11, 23, 0, tzinfo=UTC))

        assert _shown(times) == ["Wed 25.11. 09:00 +0100", "Thu 26.11. 09:00 +0100"]

    def test_that_do_not_come_for_years_are_none(self) -> None:
        row = _row(minute="0", hour="9", day_of_month="29", month_of_year="2", day_of_week="1")

        # Of the next five years only one is a leap year, and its 29 February is a Tuesday.
        assert schedules.next_runs(row, now=datetime(2026, 11, 23, tzinfo=UTC)) == []


class TestForm:
    def test_makes_a_weekly_schedule_in_wall_time(self, plan: ContentPlan) -> None:
        row = _saved(WEEKLY | {"plan": plan.pk})

        assert schedules.order_of(row) == schedules.Order(plan_id=plan.pk, count=2)
        assert schedules.describe_task(row) == "Commission 2 briefs of The repair bench"
        assert schedules.describe_time(row) == "Monday and Friday at 07:30 (Europe/Berlin)"

    def test_shows_again_what_was_saved(self, plan: ContentPlan) -> None:
        row = _saved(WEEKLY | {"plan": plan.pk})

        shown = ScheduleForm(instance=row).initial

        assert shown["plan"] == plan.pk
        assert (shown["count"], shown["rhythm"], shown["weekdays"]) == (2, "weekly", ["1", "5"])
        assert (shown["at"], shown["time_zone"]) == (time(7, 30), "Europe/Berlin")

    def test_saves_like_the_admin_does(self, plan: ContentPlan) -> None:
        form = ScheduleForm(WEEKLY | {"plan": plan.pk})
        assert form.is_valid()

        row = form.save(commit=False)
        row.save()
        form.save_m2m()

        assert PeriodicTask.objects.get(name="Mondays").crontab.hour == "7"

    def test_turns_a_weekly_schedule_into_an_interval_and_back(self, plan: ContentPlan) -> None:
        row = _saved(WEEKLY | {"plan": plan.pk})
        interval = WEEKLY | {"plan": plan.pk, "rhythm": "interval", "every_minutes": "120"}

        row = _saved(interval, instance=row)
        assert schedules.describe_time(row) == "Every 120 minutes"
        assert ScheduleForm(instance=row).initial["every_minutes"] == 120

        row = _saved(WEEKLY | {"plan": plan.pk}, instance=row)
        assert (row.interval, row.crontab.minute) == (None, "30")

    @pytest.mark.parametrize(
        ("changed", "field", "words"),
        [
            ({"plan": ""}, "plan", "Choose the plan"),
            ({"weekdays": []}, "weekdays", "at least one day"),
            ({"at": ""}, "at", "what time"),
            ({"time_zone": "Mars/Olympus"}, "time_zone", "valid choice"),
            ({"task": "os.system"}, "task", "valid choice"),
            ({"task": "celery.backend_cleanup"}, "task", "valid choice"),
            ({"count": "51"}, "count", "less than or equal to 50"),
            ({"rhythm": "interval"}, "every_minutes", "every how many"),
            ({"rhythm": "interval", "every_minutes": "5"}, "every_minutes", "once an hour"),
            ({"rhythm": "as_it_is"}, "rhythm", "valid choice"),
            ({"name": "Tell the channels every minute"}, "name", "already exists"),
        ],
    )
    def test_says_what_is_missing(
        self, plan: ContentPlan, changed: dict[str, object], field: str, words: str
    ) -> None:
        form = ScheduleForm(WEEKLY | {"plan": plan.pk} | changed)

        assert not form.is_valid()
        assert list(form.errors) == [field]
        assert words in form.errors[field][0]

    def test_lets_a_schedule_without_a_plan_be_prepared_but_not_switched_on(self) -> None:
        prepared = {name: value for name, value in WEEKLY.items() if name != "enabled"}

        assert ScheduleForm(prepared).is_valid()
        assert not ScheduleForm(WEEKLY).is_valid()

    def test_switches_the_seeded_schedule_on_once_a_plan_is_chosen(self, plan: ContentPlan) -> None:
        row = PeriodicTask.objects.get(task="publishing.commission_briefs")
        shown = ScheduleForm(instance=row).initial
        given = {**shown, "plan": plan.pk, "enabled": "on", "name": row.name, "at": "07:00"}

        _saved(given, instance=row)

        row.refresh_from_db()
        assert row.enabled
        assert schedules.order_of(row) == schedules.Order(plan_id=plan.pk, count=3)

    def test_keeps_times_that_it_has_no_words_for(self) -> None:
        row = _row(minute="*/10", hour="8-18", day_of_month="1")
        form = ScheduleForm(instance=row)
        assert form.initial["rhythm"] == "as_it_is"

        given = {"name": "renamed", "task": row.task, "rhythm": "as_it_is", "enabled": "on"}
        _saved(given, instance=row)

        row.refresh_from_db()
        assert (row.name, row.crontab.minute) == ("renamed", "*/10")

    def test_does_not_make_up_for_a_time_of_today_that_has_passed(self, plan: ContentPlan) -> None:
        row = _saved(WEEKLY | {"plan": plan.pk})
        PeriodicTask.objects.update(last_run_at=datetime(2026, 11, 20, 6, 30, tzinfo=UTC))
        row.refresh_from_db()
        monday_noon = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

        with time_machine.travel(monday_noon, tick=False):
            row = _saved(WEEKLY | {"plan": plan.pk, "at": "09:00"}, instance=row)

            assert not ModelEntry(row, app=app).is_due().is_due

    def test_wakes_beat(self, plan: ContentPlan) -> None:
        PeriodicTasks.objects.all().delete()

        _saved(WEEKLY | {"plan": plan.pk})

        assert PeriodicTasks.last_change() is not None


def test_beat_is_told_of_bulk_edits_on_request() -> None:
    PeriodicTasks.objects.all().delete()
    PeriodicTask.objects.update(enabled=False)
    assert PeriodicTasks.last_change() is None

    schedules.wake_beat()

    assert PeriodicTasks.last_change() is not None


def test_rows_of_other_programs_are_not_ours() -> None:
    every = IntervalSchedule.objects.create(every=1, period="days")
    PeriodicTask.objects.create(name="foreign", task="celery.backend_cleanup", interval=every)

    assert {row.task for row in schedules.ours()} == set(schedules.TASKS)
