"""The schedules a new blog starts with. The table is theirs alone: no code writes them again."""

import json

from django.conf import settings
from django.db import migrations
from django.utils import timezone

EDITORIAL = "Commission briefs every Monday morning"
HOUSEKEEPING = "Tell the channels every minute"


def seed(apps, schema_editor):
    PeriodicTask = apps.get_model("django_celery_beat", "PeriodicTask")
    CrontabSchedule = apps.get_model("django_celery_beat", "CrontabSchedule")
    IntervalSchedule = apps.get_model("django_celery_beat", "IntervalSchedule")
    PeriodicTasks = apps.get_model("django_celery_beat", "PeriodicTasks")

    mondays = CrontabSchedule.objects.create(
        minute="0", hour="7", day_of_week="1", timezone=settings.TIME_ZONE
    )
    PeriodicTask.objects.get_or_create(
        name=EDITORIAL,
        defaults={
            "task": "publishing.commission_briefs",
            "kwargs": json.dumps({"plan_id": None, "count": 3}),
            "crontab": mondays,
            # Until an editor chooses the plan, there is nothing to commission from.
            "enabled": False,
            "description": "Starts the most urgent briefs of a content plan.",
        },
    )
    every_minute, _ = IntervalSchedule.objects.get_or_create(every=1, period="minutes")
    PeriodicTask.objects.get_or_create(
        name=HOUSEKEEPING,
        defaults={
            "task": "publishing.distribute",
            "interval": every_minute,
            # A minute later the next one does the same: don't let them pile up.
            "expire_seconds": 60,
            "description": "Announces what went live; workers also look on their own.",
        },
    )
    PeriodicTasks.objects.update_or_create(ident=1, defaults={"last_update": timezone.now()})


def remove(apps, schema_editor):
    PeriodicTask = apps.get_model("django_celery_beat", "PeriodicTask")
    PeriodicTask.objects.filter(name__in=[EDITORIAL, HOUSEKEEPING]).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("django_celery_beat", "0019_alter_periodictasks_options"),
        ("publishing", "0004_guard_approvals"),
    ]

    operations = [migrations.RunPython(seed, remove)]
