"""A blog on its way in or out: what somebody asked for, how far it is, and what came of it."""

from pathlib import PurePosixPath
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


def file_name(_row: object, name: str) -> str:
    """Return where a file is kept: nobody guesses it, and nothing of its own name stays."""
    return f"transfers/{uuid4().hex}{PurePosixPath(name).suffix[:8]}"


class Transfer(models.Model):
    """An import or an export that somebody asked for at the desk, and that a worker does.

    An import is looked through first, as a trial, and done once somebody has seen the report.
    """

    class Kind(models.TextChoices):
        IMPORT = "import", "Move in"
        EXPORT = "export", "Take out"

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting for a worker"
        WORKING = "working", "Under way"
        ASKING = "asking", "To be confirmed"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        STOPPED = "stopped", "Stopped"

    kind = models.CharField(max_length=8, choices=Kind.choices)
    format = models.CharField(max_length=20)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    # Nothing is kept of a trial but its report.
    is_trial = models.BooleanField(default=False)
    wishes = models.JSONField(default=dict)
    # What was uploaded, or what there is to download; removed once it is of no more use.
    file = models.FileField(upload_to=file_name, blank=True)
    name = models.CharField("file", max_length=200, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    report = models.JSONField(null=True)
    problem = models.TextField(blank=True)
    # Whoever asked for it, and since the report was confirmed, whoever confirmed it.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="by"
    )
    created_at = models.DateTimeField("asked for", default=timezone.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    # A sign of life: since when it waits, or when its worker last said that it works.
    seen_at = models.DateTimeField(default=timezone.now)
    # Which attempt it is: what an earlier one still writes is not taken.
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["-pk"]
        verbose_name = "transfer"
        verbose_name_plural = "moving in and out"
        default_permissions = ["view"]
        permissions = [
            ("import_posts", "Can move another blog in, as drafts"),
            ("export_posts", "Can take the whole blog out"),
        ]
        constraints = [
            models.CheckConstraint(
                name="transfer_asks_with_a_report",
                condition=~Q(state="asking")
                | Q(kind="import", is_trial=True, report__isnull=False),
            ),
            models.CheckConstraint(
                name="transfer_that_ended_has_its_time",
                condition=Q(state__in=["waiting", "working"]) | Q(finished_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                "seen_at", name="transfer_to_do_idx", condition=Q(state__in=["waiting", "working"])
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.name or self.format}"

    @property
    def is_active(self) -> bool:
        """A worker has it, or will have."""
        return self.state in (self.State.WAITING, self.State.WORKING)

    @property
    def counts(self) -> dict[str, Any]:
        """What was counted: of an import each kind with its outcomes, of an export each kind."""
        report = self.report or {}
        return dict(report.get("totals") or report.get("counts") or {})
