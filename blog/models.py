"""What is true about a post: its identity, its immutable revisions, and what readers see now.

A `Revision` is content at one moment and never changes. A `Post` is the identity plus a copy of the
revision that readers see (or, before the first approval, of the latest one), so that every public
page reads one table. The database refuses a copy that differs from the approved revision.
"""

import hashlib
import json
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from blog import pictures, rendering
from blog.querysets import PostQuerySet

SLUG_VALIDATOR = RegexValidator(
    r"^[a-z0-9]+(?:-[a-z0-9]+)*$", "Use lowercase letters, digits and single hyphens."
)


class Author(models.Model):
    """A byline; it may have no login."""

    name = models.CharField(max_length=120)
    slug = models.CharField(max_length=120, unique=True, validators=[SLUG_VALIDATOR])
    bio = models.TextField(blank=True, help_text="A few sentences for the author's page.")
    url = models.URLField(blank=True, help_text="The author's own page, if any.")
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="author"
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("blog:author", args=[self.slug])


class Category(models.Model):
    """The one shelf a post stands on."""

    name = models.CharField(max_length=80)
    slug = models.CharField(max_length=80, unique=True, validators=[SLUG_VALIDATOR])
    description = models.TextField(blank=True)
    position = models.PositiveSmallIntegerField(default=0, help_text="Order in the navigation.")

    class Meta:
        ordering = ["position", "name"]
        verbose_name_plural = "categories"

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("blog:category", args=[self.slug])


class Tag(models.Model):
    """One of the subjects of a post."""

    name = models.CharField(max_length=80)
    slug = models.CharField(max_length=80, unique=True, validators=[SLUG_VALIDATOR])

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("blog:tag", args=[self.slug])


class Image(models.Model):
    """A picture with what a reader and a lawyer need to know about it.

    Once a revision has it, it never changes (the database refuses): upload another instead.
    """

    file = models.ImageField(upload_to="images/%Y/%m/", width_field="width", height_field="height")
    width = models.PositiveIntegerField(editable=False, default=0)
    height = models.PositiveIntegerField(editable=False, default=0)
    alt_text = models.CharField(
        max_length=250, blank=True, help_text="What the picture shows, for those who can't see it."
    )
    is_decorative = models.BooleanField(
        default=False, help_text="Adds nothing to the text; screen readers skip it."
    )
    caption = models.CharField(max_length=250, blank=True)
    credit = models.CharField(max_length=120, blank=True)
    licence = models.CharField(max_length=120, blank=True)
    source_url = models.URLField(blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                name="image_has_alt_text_or_is_decorative",
                condition=Q(is_decorative=True) | ~Q(alt_text=""),
                violation_error_message="Describe the picture, or mark it as decorative.",
            )
        ]

    def __str__(self) -> str:
        return self.alt_text or self.file.name or "image"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep a new file only as `pictures` draws it. Raises PictureRefused."""
        self._redraw()
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """Refuse in the form, beside the field, what `save` would refuse."""
        try:
            self._redraw()
        except pictures.PictureRefused as refused:
            raise ValidationError({"file": refused.messages}) from refused

    def signed_fields(self) -> dict[str, Any]:
        """Return what an approval of a post with this picture signs: all that readers see of it."""
        return {
            "id": self.pk,
            "file": self.file.name,
            "alt_text": self.alt_text,
            "is_decorative": self.is_decorative,
            "caption": self.caption,
            "credit": self.credit,
            "licence": self.licence,
        }

    @property
    def is_used(self) -> bool:
        """Some revision has it, so that it must stay what it is."""
        return Revision.objects.filter(cover=self).exists()

    def _redraw(self) -> None:
        is_new = bool(self.file) and not self.file._committed  # type: ignore[attr-defined]
        if is_new and not isinstance(self.file.file, pictures.Picture):
            self.file = pictures.redraw(self.file.file)


class Content(models.Model):
    """The fields that a reader sees, shared by a post and its revisions."""

    title = models.CharField(max_length=160)
    slug = models.CharField(max_length=160, validators=[SLUG_VALIDATOR])
    summary = models.TextField(
        blank=True, max_length=400, help_text="Shown in lists, feeds and search engines."
    )
    body = models.TextField(blank=True, max_length=rendering.MAX_CHARACTERS, help_text="Markdown.")
    body_html = models.TextField(blank=True, editable=False)
    language = models.CharField(max_length=12, default="en")
    author = models.ForeignKey(Author, models.PROTECT, related_name="%(class)ss")
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="%(class)ss"
    )
    cover = models.ForeignKey(Image, models.PROTECT, null=True, blank=True, related_name="+")
    # Told to readers wherever the text appears.
    is_ai_generated = models.BooleanField(default=False)
    is_sample = models.BooleanField(default=False, help_text="Written by the sample model.")

    class Meta:
        abstract = True


class Post(Content):
    """A blog post: the identity, plus what readers see now."""

    class Status(models.TextChoices):
        """Decisions about the latest revision; "scheduled" and "live" are facts of the clock."""

        DRAFT = "draft", "Draft"
        IN_REVIEW = "in_review", "In review"
        APPROVED = "approved", "Approved"
        ARCHIVED = "archived", "Archived"

    status = models.CharField(max_length=12, choices=Status.choices, default=Status.DRAFT)
    tags = models.ManyToManyField(Tag, blank=True, related_name="posts")
    publish_at = models.DateTimeField(null=True, blank=True)
    latest_revision = models.ForeignKey(
        "Revision", models.RESTRICT, null=True, editable=False, related_name="+"
    )
    approved_revision = models.ForeignKey(
        "Revision", models.RESTRICT, null=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)
    search_vector = models.GeneratedField(
        expression=SearchVector("title", weight="A", config="english")
        + SearchVector("summary", weight="B", config="english")
        + SearchVector("body", weight="C", config="english"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = PostQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["slug"], name="post_slug_is_unique"),
            models.CheckConstraint(
                name="post_approved_has_publish_at",
                condition=Q(approved_revision__isnull=True) | Q(publish_at__isnull=False),
            ),
            models.CheckConstraint(
                name="post_archived_is_not_public",
                condition=~Q(status="archived") | Q(approved_revision__isnull=True),
            ),
        ]
        indexes = [
            models.Index(
                F("publish_at").desc(),
                F("id").desc(),
                name="post_published_idx",
                condition=Q(approved_revision__isnull=False),
            ),
            models.Index(
                F("category"),
                F("publish_at").desc(),
                F("id").desc(),
                name="post_category_idx",
                condition=Q(approved_revision__isnull=False),
            ),
            models.Index(
                F("author"),
                F("publish_at").desc(),
                F("id").desc(),
                name="post_author_idx",
                condition=Q(approved_revision__isnull=False),
            ),
            models.Index(fields=["status", "updated_at"], name="post_status_idx"),
            GinIndex(fields=["search_vector"], name="post_search_idx"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("blog:post", args=[self.slug])

    @property
    def is_live(self) -> bool:
        """Readers can see it now."""
        return self._is_public_by(timezone.now()) is True

    @property
    def is_scheduled(self) -> bool:
        """Approved, and its time has not come."""
        return self._is_public_by(timezone.now()) is False

    def _is_public_by(self, now: datetime) -> bool | None:
        """Whether its time has come; None while nothing is approved."""
        if self.approved_revision_id is None or self.publish_at is None:
            return None
        return self.publish_at <= now

    @property
    def has_unpublished_changes(self) -> bool:
        """A newer revision waits behind what readers see."""
        return (
            self.approved_revision_id is not None
            and self.latest_revision_id != self.approved_revision_id
        )


class Revision(Content):
    """The content of a post at one moment: immutable, numbered, with a digest."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    tag_ids = ArrayField(models.BigIntegerField(), default=list)
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    # Whoever wrote, commissioned or edited since the last approval: none of them may approve it.
    contributor_ids = ArrayField(models.BigIntegerField(), default=list)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-number"]
        get_latest_by = "number"
        constraints = [
            models.UniqueConstraint(fields=["post", "number"], name="revision_number_is_unique")
        ]

    def __str__(self) -> str:
        return f"{self.title} (revision {self.number})"

    def compute_digest(self) -> str:
        """Return the SHA-256 (hex) of all that an approval signs."""
        signed: dict[str, Any] = {
            "title": self.title,
            "slug": self.slug,
            "summary": self.summary,
            "body": self.body,
            "language": self.language,
            "author": self.author_id,
            "category": self.category_id,
            "tags": sorted(self.tag_ids),
            "cover": self.cover.signed_fields() if self.cover else None,
            "is_ai_generated": self.is_ai_generated,
            "is_sample": self.is_sample,
        }
        canonical = json.dumps(signed, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()
