"""The keeper of django-celery-beat's rows: what may be scheduled, in words, and when it runs next.

The table has one owner, the database: nothing in the settings writes rows (beat would write them
back over an editor's at every start). Beat only wakes; what has to happen on time does not wait
for it.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils import timezone
from django_celery_beat.models import (
    CrontabSchedule,
    IntervalSchedule,
    PeriodicTask,
    PeriodicTasks,
)
from pydantic import ValidationError

from generation.models import ContentPlan
from publishing import bell, commissioning
from publishing.commissioning import Order

__all__ = [
    "COMMISSION",
    "TASKS",
    "WEEKDAYS",
    "CrontabSchedule",
    "IntervalSchedule",
    "PeriodicTask",
    "crontab_for",
    "describe_task",
    "describe_time",
    "interval_for",
    "next_runs",
    "order_of",
    "ours",
    "wake_beat",
    "weekly_of",
]

COMMISSION = commissioning.TASK
DISTRIBUTE = bell.DISTRIBUTE
# All that an editor can put on a schedule, and what it is called.
TASKS: dict[str, str] = {
    COMMISSION: "Commission briefs",
    DISTRIBUTE: "Tell the channels what went live",
}
# As crontab counts them, in the order of the week.
WEEKDAYS: dict[str, str] = {
    "1": "Monday",
    "2": "Tuesday",
    "3": "Wednesday",
    "4": "Thursday",
    "5": "Friday",
    "6": "Saturday",
    "0": "Sunday",
}
# A crontab that never comes (30 February) is looked for no longer than this.
_HORIZON = timedelta(days=366 * 5)


def ours() -> QuerySet[Any]:
    """Return the schedules of our own tasks; rows of other programs are none of our business."""
    rows: QuerySet[Any] = PeriodicTask.objects.filter(task__in=TASKS).select_related(
        "crontab", "interval"
    )
    return rows


def wake_beat() -> None:
    """Tell beat that rows changed; to be called after bulk edits, which it does not notice."""
    PeriodicTasks.update_changed()


def order_of(row: Any) -> Order:
    """Return what a commissioning row asks for; the smallest order where it can't be read."""
    try:
        return Order.model_validate_json(row.kwargs or "{}")
    except ValidationError:
        return Order()


def describe_task(row: Any) -> str:
    """Return what happens, for example “Commission 3 briefs of The repair bench”."""
    if row.task != COMMISSION:
        return TASKS.get(row.task) or str(row.task)
    order = order_of(row)
    plan = ContentPlan.objects.filter(pk=order.plan_id).first() if order.plan_id else None
    briefs = "1 brief" if order.count == 1 else f"{order.count} briefs"
    return f"Commission {briefs} of {plan or 'a plan to be chosen'}"


def describe_time(row: Any) -> str:
    """Return when it happens, for example “Monday and Friday at 07:00 (Europe/Berlin)”."""
    if row.interval:
        every, period = row.interval.every, row.interval.period
        return f"Every {period.removesuffix('s')}" if every == 1 else f"Every {every} {period}"
    if weekly := weekly_of(row):
        days, at = weekly
        names = [name for day, name in WEEKDAYS.items() if day in days]
        spoken = "Every day" if len(names) == 7 else _joined(names)
        return f"{spoken} at {at:%H:%M} ({row.crontab.timezone})"
    return str(row.crontab or row.scheduler or "Never")


def weekly_of(row: Any) -> tuple[set[str], time] | None:
    """Return the weekdays and the wall time, where the row is that simple."""
    cron = row.crontab
    if not cron or not (cron.minute.isdecimal() and cron.hour.isdecimal()):
        return None
    if (cron.day_of_month, cron.month_of_year) != ("*", "*"):
        return None
    days = {str(day) for day in cron.schedule.day_of_week}
    return days, time(int(cron.hour), int(cron.minute))


def next_runs(row: Any, n: int = 5, now: datetime | None = None) -> list[datetime]:
    """Return the next `n` instants after `now`, in the row's own zone, as if it were switched on.

    Where the clock jumps forward a skipped time runs just after the gap; where it falls back a
    repeated time runs once. That is what beat does, too.
    """
    now = now or timezone.now()
    begins = max(now, row.start_time or now)
    times = _crontab_times(row.crontab, begins) if row.crontab else _interval_times(row, begins)
    return [at for at in islice(times, n) if not row.expires or at < row.expires]


def crontab_for(*, days: set[str], at: time, zone: str) -> Any:
    """Return the row for these weekdays at this wall time, made where it is missing."""
    every_day = len(days) == len(WEEKDAYS)
    return _find_or_make(
        CrontabSchedule,
        minute=str(at.minute),
        hour=str(at.hour),
        day_of_week="*" if every_day else ",".join(sorted(days)),
        day_of_month="*",
        month_of_year="*",
        timezone=ZoneInfo(zone),
    )


def interval_for(minutes: int) -> Any:
    """Return the row for every so many minutes, made where it is missing."""
    return _find_or_make(IntervalSchedule, every=minutes, period=IntervalSchedule.MINUTES)


def _find_or_make(model: Any, **fields: Any) -> Any:
    # Nothing makes these rows unique, so there may be several.
    return model.objects.filter(**fields).first() or model.objects.create(**fields)


def _joined(names: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _interval_times(row: Any, now: datetime) -> Iterator[datetime]:
    if not row.interval:
        return
    step = row.interval.schedule.run_every
    at = row.last_run_at or row.date_changed or now
    # Missed times are made up for by one run, now.
    at = max(at + step, now)
    while True:
        yield timezone.localtime(at)
        at += step


def _crontab_times(cron: Any, now: datetime) -> Iterator[datetime]:
    rule, zone = cron.schedule, cron.timezone
    first = now.astimezone(zone).date() - timedelta(days=1)
    previous = now
    for days in range(_HORIZON.days):
        day = first + timedelta(days=days)
        is_asked_for = (
            day.isoweekday() % 7 in rule.day_of_week
            and day.day in rule.day_of_month
            and day.month in rule.month_of_year
        )
        for hour, minute in _clock(rule) if is_asked_for else []:
            wall = datetime.combine(day, time(hour, minute), tzinfo=zone)
            at = wall.astimezone(UTC)
            # Two wall times around a gap can be one instant.
            if at > previous:
                previous = at
                yield at.astimezone(zone)


def _clock(rule: Any) -> list[tuple[int, int]]:
    return [(hour, minute) for hour in sorted(rule.hour) for minute in sorted(rule.minute)]
