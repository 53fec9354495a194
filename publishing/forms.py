"""A schedule in an editor's words: what, of which plan, how many, on which days, at what time."""

from typing import Any, ClassVar
from zoneinfo import available_timezones

from django import forms
from django.conf import settings

from blog.admin_theme import ModelForm, widgets
from generation.models import ContentPlan
from publishing import schedules
from publishing.commissioning import MOST_BRIEFS, Order

WEEKLY, INTERVAL, AS_IT_IS = "weekly", "interval", "as_it_is"
# Each run costs money; nobody means to commission every minute.
SHORTEST_COMMISSION_MINUTES = 60


def _zones() -> list[tuple[str, str]]:
    """The zones of people: regions with a city, and UTC."""
    cities = sorted(name for name in available_timezones() if "/" in name and name[:4] != "Etc/")
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in cities)]


class ScheduleForm(ModelForm[Any]):
    """Edits a PeriodicTask together with its crontab or interval row."""

    task = forms.ChoiceField(
        label="What happens", choices=list(schedules.TASKS.items()), widget=widgets.Select
    )
    plan = forms.ModelChoiceField(
        ContentPlan.objects.none(),
        required=False,
        empty_label="Choose a plan",
        help_text="Whose most urgent briefs are written.",
        widget=widgets.Select,
    )
    count = forms.IntegerField(
        label="How many briefs",
        min_value=1,
        max_value=MOST_BRIEFS,
        initial=1,
        required=False,
        widget=widgets.Number,
    )
    rhythm = forms.ChoiceField(label="How often", initial=WEEKLY, widget=widgets.Select)
    weekdays = forms.MultipleChoiceField(
        label="On",
        choices=list(schedules.WEEKDAYS.items()),
        required=False,
        widget=widgets.Checkboxes,
    )
    at = forms.TimeField(
        label="At",
        required=False,
        widget=widgets.Time(format="%H:%M"),
        help_text="Wall time: it stays the same when the clocks change.",
    )
    time_zone = forms.ChoiceField(choices=_zones, required=False, widget=widgets.Select)
    every_minutes = forms.IntegerField(
        label="Every so many minutes",
        min_value=1,
        max_value=24 * 60,
        required=False,
        widget=widgets.Number,
    )

    class Meta:
        model = schedules.PeriodicTask
        fields: ClassVar = ["name", "task", "enabled"]
        labels: ClassVar = {"enabled": "Switched on"}
        help_texts: ClassVar = {"name": "", "enabled": ""}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        row = kwargs.get("instance")
        kwargs["initial"] = self._initial(row) | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        plan: Any = self.fields["plan"]
        plan.queryset = ContentPlan.objects.filter(is_active=True)
        rhythm: Any = self.fields["rhythm"]
        rhythm.choices = [(WEEKLY, "On weekdays, at a time"), (INTERVAL, "Every so many minutes")]
        if self.initial["rhythm"] == AS_IT_IS:
            rhythm.choices.append((AS_IT_IS, f"As it is: {schedules.describe_time(row)}"))

    @staticmethod
    def _initial(row: Any) -> dict[str, Any]:
        zone = {"time_zone": settings.TIME_ZONE}
        if row is None or not row.pk:
            return {"rhythm": WEEKLY, **zone}
        order = schedules.order_of(row)
        known = {"plan": order.plan_id, "count": order.count, **zone}
        if row.interval and row.interval.period == schedules.IntervalSchedule.MINUTES:
            return known | {"rhythm": INTERVAL, "every_minutes": row.interval.every}
        if weekly := schedules.weekly_of(row):
            days, at = weekly
            zone = {"time_zone": str(row.crontab.timezone)}
            return known | {"rhythm": WEEKLY, "weekdays": sorted(days), "at": at, **zone}
        return known | {"rhythm": AS_IT_IS}

    def clean(self) -> dict[str, Any]:
        """Ask for what the chosen task and rhythm need, and for nothing else."""
        super().clean()
        given = self.cleaned_data
        commissions = given.get("task") == schedules.COMMISSION
        if commissions and given.get("enabled") and not given.get("plan"):
            self.add_error("plan", "Choose the plan whose briefs are to be written.")
        if commissions and not given.get("count"):
            given["count"] = 1
        if given.get("rhythm") == WEEKLY:
            self._require("weekdays", "Choose at least one day.")
            self._require("at", "Say at what time.")
            self._require("time_zone", "Choose whose clock is meant.")
        elif given.get("rhythm") == INTERVAL:
            self._require("every_minutes", "Say every how many minutes.")
            if commissions and (given.get("every_minutes") or 60) < SHORTEST_COMMISSION_MINUTES:
                self.add_error("every_minutes", "Drafts cost money: at most once an hour.")
        return given

    def _require(self, name: str, message: str) -> None:
        if name not in self.errors and self.cleaned_data.get(name) in (None, "", []):
            self.add_error(name, message)

    def validate_unique(self) -> None:
        """Check the name; the row gets its crontab or interval in `save`."""
        row = self.instance
        kept = row.interval, row.crontab
        # The model insists on exactly one schedule, even before there can be one.
        row.interval, row.crontab = None, schedules.CrontabSchedule()
        super().validate_unique()
        row.interval, row.crontab = kept

    def save(self, commit: bool = True) -> Any:
        """Save the row, its arguments and its times; beat takes them up within seconds."""
        row, given = self.instance, self.cleaned_data
        order = Order(
            plan_id=given["plan"].pk if given["plan"] else None, count=given["count"] or 1
        )
        row.args = "[]"
        row.kwargs = order.model_dump_json() if row.task == schedules.COMMISSION else "{}"
        before = (row.interval_id, row.crontab_id)
        if given["rhythm"] == WEEKLY:
            row.interval = row.solar = row.clocked = None
            row.crontab = schedules.crontab_for(
                days=set(given["weekdays"]), at=given["at"], zone=given["time_zone"]
            )
        elif given["rhythm"] == INTERVAL:
            row.crontab = row.solar = row.clocked = None
            row.interval = schedules.interval_for(given["every_minutes"])
        if before != (row.interval_id, row.crontab_id):
            # Or beat would make up at once for a time of today that has passed already.
            row.last_run_at = None
        return super().save(commit)
