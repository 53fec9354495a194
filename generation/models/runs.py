"""A run is rows: the truth about what was asked for, what is finished and who works on the rest.

A Celery message only wakes a worker. The worker claims a step with a lease and carries the step's
fence in every write, so one that froze past its lease and wakes up late writes nothing.
"""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from generation.querysets import RunQuerySet, StepQuerySet


class Run(models.Model):
    """One attempt at a brief."""

    class Status(models.TextChoices):
        QUEUED = "queued", "Queued"
        RUNNING = "running", "Running"
        PAUSED = "paused", "Waits for an editor"
        SUCCEEDED = "succeeded", "Succeeded"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    class Trigger(models.TextChoices):
        EDITOR = "editor", "Editor"
        SCHEDULE = "schedule", "Schedule"
        API = "api", "API"
        COMMAND = "command", "Command line"

    # Steps of these may be worked on; ...
    MOVING = [Status.QUEUED, Status.RUNNING]
    # ... and these keep another run of the same brief from being started.
    ACTIVE = [*MOVING, Status.PAUSED]

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    brief = models.ForeignKey("generation.Brief", models.PROTECT, related_name="runs")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.QUEUED)
    trigger = models.CharField(max_length=10, choices=Trigger.choices, default=Trigger.EDITOR)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # Whoever had it retried.
    contributor_ids = ArrayField(models.BigIntegerField(), default=list, editable=False)
    request_id = models.CharField(max_length=64, blank=True)
    model = models.CharField(max_length=80, help_text="The model asked for when the run started.")
    # The one that draws its cover; empty: none is drawn.
    cover_model = models.CharField(max_length=80, blank=True, default="", db_default="")
    is_sample = models.BooleanField(default=False)
    # The versions of prompts that it asks with, by name; of those not named, the shipped one.
    prompt_versions = models.JSONField(default=dict, db_default={}, editable=False)
    # Why it stopped, in words for the editor.
    problem = models.TextField(blank=True)
    # Filed at the end; the writers' room never looks at it again.
    post = models.ForeignKey(
        "blog.Post", models.SET_NULL, null=True, blank=True, related_name="runs"
    )
    # Of a refresh or a translation: the revision that it began from.
    based_on = models.ForeignKey(
        "blog.Revision", models.SET_NULL, null=True, editable=False, related_name="+"
    )
    # An editor looks at the outline before the money for the text is spent.
    pauses_after_outline = models.BooleanField(default=False, db_default=False)
    # Whatever has not come to an end by then is stopped; time in which it waits for an editor
    # does not count.
    deadline_at = models.DateTimeField(null=True, blank=True)
    # As it was filed last: what people edited since is theirs.
    filed_revision = models.ForeignKey(
        "blog.Revision", models.SET_NULL, null=True, editable=False, related_name="+"
    )
    cancel_requested_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["brief"],
                condition=Q(status__in=["queued", "running", "paused"]),
                name="run_is_the_only_active_one_of_its_brief",
            )
        ]
        indexes = [
            models.Index(
                fields=["created_at"],
                name="run_queued_idx",
                condition=Q(status="queued"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.brief} ({self.get_status_display().lower()})"

    @property
    def is_active(self) -> bool:
        """Queued, running, or waiting for an editor."""
        return self.status in self.ACTIVE


class Step(models.Model):
    """One unit of a run with typed output: the unit of retry and of progress."""

    class Status(models.TextChoices):
        PENDING = "pending", "Pending"
        RUNNING = "running", "Running"
        SUCCEEDED = "succeeded", "Succeeded"
        FAILED = "failed", "Failed"

    run = models.ForeignKey(Run, models.CASCADE, related_name="steps")
    name = models.CharField(max_length=20)
    # Several steps of one name run side by side (the sections); the rest have index 0.
    index = models.PositiveSmallIntegerField(default=0)
    position = models.PositiveSmallIntegerField(help_text="Place of its name in the pipeline.")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PENDING)
    output = models.JSONField(null=True, blank=True)
    # How often an editor had it done again, and what should be different.
    take = models.PositiveSmallIntegerField(default=0, db_default=0)
    wish = models.CharField(max_length=500, blank=True, db_default="")
    # What is happening, for the progress bar.
    activity = models.CharField(max_length=200, blank=True)
    problem = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    run_after = models.DateTimeField(default=timezone.now)
    lease_owner = models.CharField(max_length=120, blank=True)
    lease_expires_at = models.DateTimeField(null=True, blank=True)
    fence = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = StepQuerySet.as_manager()

    class Meta:
        ordering = ["position", "index"]
        constraints = [
            models.UniqueConstraint(fields=["run", "name", "index"], name="step_is_unique"),
            models.CheckConstraint(
                name="step_succeeded_has_output",
                condition=~Q(status="succeeded") | Q(output__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["run_after"],
                name="step_pending_idx",
                condition=Q(status="pending"),
            ),
            models.Index(
                fields=["lease_expires_at"],
                name="step_lease_idx",
                condition=Q(status="running"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.index}" if self.index else self.name
