"""Schedules in the editors' words; the raw tables behind them stay out of sight."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django_celery_beat.models import (
    ClockedSchedule,
    CrontabSchedule,
    IntervalSchedule,
    PeriodicTask,
    SolarSchedule,
)

from blog.admin_theme import ModelAdmin, display
from publishing import schedules
from publishing.forms import ScheduleForm

for _raw in (PeriodicTask, CrontabSchedule, IntervalSchedule, ClockedSchedule, SolarSchedule):
    admin.site.unregister(_raw)


@admin.register(PeriodicTask)
class ScheduleAdmin(ModelAdmin[Any]):
    """What happens by itself, when, and when next."""

    names = ("schedule", "schedules")
    form = ScheduleForm
    list_display = ["name", "what", "when", "next_run", "last_run_at", "enabled"]
    list_filter = ["enabled"]
    actions = ["switch_on", "switch_off"]
    fieldsets = [
        (None, {"fields": ["name", "enabled"]}),
        ("What", {"fields": ["task", "plan", "count"]}),
        ("When", {"fields": ["rhythm", "weekdays", "at", "time_zone", "every_minutes"]}),
    ]

    class Media:
        js = ["publishing/schedule.js"]

    @display(description="What")
    def what(self, row: Any) -> str:
        """What happens."""
        return schedules.describe_task(row)

    @display(description="When")
    def when(self, row: Any) -> str:
        """The rhythm."""
        return schedules.describe_time(row)

    @display(description="Next time", empty_value="—")
    def next_run(self, row: Any) -> Any:
        """When it happens next, if it is switched on."""
        return next(iter(schedules.next_runs(row, 1)), None) if row.enabled else None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Only what editors put on a schedule."""
        return schedules.ours().order_by("name")

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """With what it comes to: the sentence and the next five times."""
        context = extra_context or {}
        row = self.get_object(request, object_id) if object_id else None
        if row is not None:
            context |= {
                "schedule": row,
                "what": schedules.describe_task(row),
                "when": schedules.describe_time(row),
                "next_runs": schedules.next_runs(row, 5),
            }
        return super().changeform_view(request, object_id, form_url, context)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Stay after a save: the next times are shown here."""
        answer = super().response_change(request, obj)
        return redirect(request.path) if "_save" in request.POST else answer

    @admin.action(description="Switch on", permissions=["change"])
    def switch_on(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Switch the chosen schedules on; each has to be complete."""
        for row in queryset:
            if row.task == schedules.COMMISSION and schedules.order_of(row).plan_id is None:
                messages.warning(request, f"“{row.name}” has no plan yet. Open it and choose one.")
            else:
                row.enabled = True
                row.save()

    @admin.action(description="Switch off", permissions=["change"])
    def switch_off(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Switch the chosen schedules off."""
        queryset.update(enabled=False)
        schedules.wake_beat()
