"""Where facts come from: sources, their text as fetched, and the claims that rest on it."""

from django.db import models
from django.db.models import Q
from django.utils import timezone


class Source(models.Model):
    """A place evidence comes from; it belongs to a plan (feeds, standing material) or one brief."""

    class Kind(models.TextChoices):
        FEED = "feed", "Feed"
        URL = "url", "Web page"
        NOTE = "note", "Note"
        FILE = "file", "File"

    plan = models.ForeignKey(
        "generation.ContentPlan", models.CASCADE, null=True, blank=True, related_name="sources"
    )
    brief = models.ForeignKey(
        "generation.Brief", models.CASCADE, null=True, blank=True, related_name="sources"
    )
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.URL)
    title = models.CharField(max_length=200, blank=True)
    url = models.URLField(max_length=500, blank=True, help_text="For feeds and web pages.")
    text = models.TextField(blank=True, help_text="For notes: the text itself.")
    file = models.FileField(
        upload_to="sources/%Y/%m/", blank=True, help_text="For files: txt, md, html, pdf or docx."
    )
    # The last thing that went wrong, in words for the editor; empty when the last fetch was good.
    problem = models.TextField(blank=True, editable=False)
    fetched_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="source_belongs_to_a_plan_or_a_brief",
                condition=Q(plan__isnull=False, brief__isnull=True)
                | Q(plan__isnull=True, brief__isnull=False),
            ),
            models.CheckConstraint(
                name="source_has_what_its_kind_needs",
                condition=Q(kind__in=["feed", "url"]) & ~Q(url="")
                | Q(kind="note") & ~Q(text="")
                | Q(kind="file") & ~Q(file=""),
                violation_error_message="Give a feed or page its address, a note its text, "
                "a file its file.",
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.url or self.text[:60] or self.file.name or "source"


class SourceSnapshot(models.Model):
    """The text of a source as a run saw it; never changed afterwards."""

    run = models.ForeignKey("generation.Run", models.CASCADE, related_name="snapshots")
    source = models.ForeignKey(Source, models.SET_NULL, null=True, related_name="snapshots")
    # What the model calls it: S1, S2, ... within the run.
    label = models.CharField(max_length=8)
    title = models.CharField(max_length=300, blank=True)
    url = models.URLField(max_length=500, blank=True)
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    fetched_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["run", "label"], name="snapshot_label_is_unique")
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.title or self.url}"


class Claim(models.Model):
    """A factual sentence of the draft, and the exact quote of a snapshot that supports it."""

    run = models.ForeignKey("generation.Run", models.CASCADE, related_name="claims")
    snapshot = models.ForeignKey(
        SourceSnapshot, models.CASCADE, null=True, blank=True, related_name="claims"
    )
    position = models.PositiveIntegerField()
    sentence = models.TextField()
    quote = models.TextField(blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["run", "position"], name="claim_position_is_unique"),
            models.CheckConstraint(
                name="claim_is_supported_by_a_quote_or_not_at_all",
                condition=Q(snapshot__isnull=True, quote="")
                | Q(snapshot__isnull=False) & ~Q(quote=""),
            ),
        ]

    def __str__(self) -> str:
        return self.sentence

    @property
    def is_supported(self) -> bool:
        """A quote from a snapshot carries it."""
        return self.snapshot_id is not None
