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
from django.contrib.postgres.search import (
    SearchConfig,
    SearchVector,
    SearchVectorField,
)
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from blog import languages, rendering
from blog.models.images import Image
from blog.models.taxonomy import SLUG_VALIDATOR, Author, Category, Tag
from blog.querysets import PostQuerySet

# The dictionary of a language: an immutable function of ours, see migration 0005.
_SEARCH_CONFIG = SearchConfig(models.Func(F("language"), function="blog_search_config"))
_LATER_SIGNED = ["seo_title", "seo_description", "canonical_url"]


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
    seo_title = models.CharField(
        "title for search engines",
        max_length=160,
        blank=True,
        help_text="Shown in search results and browser tabs instead of the title.",
    )
    seo_description = models.CharField(
        "description for search engines",
        max_length=320,
        blank=True,
        help_text="Shown in search results instead of the summary.",
    )
    canonical_url = models.URLField(
        "original address",
        max_length=500,
        blank=True,
        help_text="Where the text appeared first, if that was elsewhere: search engines go there.",
    )
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

    class Kind(models.TextChoices):
        """A post has a place in time; a page ("About") stands beside them, in no list or feed."""

        POST = "post", "Post"
        PAGE = "page", "Page"

    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.POST, editable=False)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.DRAFT)
    tags = models.ManyToManyField(Tag, blank=True, related_name="posts")
    publish_at = models.DateTimeField(null=True, blank=True)
    latest_revision = models.ForeignKey(
        "Revision", models.RESTRICT, null=True, editable=False, related_name="+"
    )
    approved_revision = models.ForeignKey(
        "Revision", models.RESTRICT, null=True, editable=False, related_name="+"
    )
    # An approved newer text of a live post, and the instant from which readers get it instead.
    update_revision = models.ForeignKey(
        "Revision", models.RESTRICT, null=True, editable=False, related_name="+"
    )
    update_at = models.DateTimeField(null=True, editable=False)
    # When readers saw it change after its publication; empty while they did not.
    changed_at = models.DateTimeField(null=True, editable=False)
    # When readers saw it last, if it was taken from them: its address says "gone".
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    translation_of = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="translations",
        help_text="The post in its first language, if this one is a translation.",
    )
    menu_position = models.PositiveSmallIntegerField(
        "place in the menu",
        null=True,
        blank=True,
        help_text="For pages: their order among the links at the foot of the blog. Empty: no link.",
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)
    search_vector = models.GeneratedField(
        expression=SearchVector("title", weight="A", config=_SEARCH_CONFIG)
        + SearchVector("summary", weight="B", config=_SEARCH_CONFIG)
        + SearchVector("body", weight="C", config=_SEARCH_CONFIG),
        output_field=SearchVectorField(),
        db_persist=True,
    )
    title_vector = models.GeneratedField(
        expression=SearchVector("title", config=_SEARCH_CONFIG),
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
            models.CheckConstraint(
                name="post_update_has_its_time",
                condition=Q(update_revision__isnull=True, update_at__isnull=True)
                | Q(
                    update_revision__isnull=False,
                    update_at__isnull=False,
                    approved_revision__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="post_is_no_translation_of_itself",
                condition=Q(translation_of__isnull=True) | ~Q(translation_of=F("pk")),
            ),
            models.UniqueConstraint(
                fields=["translation_of", "language"], name="post_has_one_translation_a_language"
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
            # Which categories have posts in a language: asked for the navigation of every page.
            models.Index(
                F("category"),
                F("language"),
                F("publish_at").desc(),
                F("id").desc(),
                name="post_shelf_idx",
                condition=Q(approved_revision__isnull=False),
            ),
            models.Index(
                F("language"),
                F("publish_at").desc(),
                F("id").desc(),
                name="post_language_idx",
                condition=Q(approved_revision__isnull=False),
            ),
            models.Index(
                fields=["update_at"], name="post_update_idx", condition=Q(update_at__isnull=False)
            ),
            models.Index(
                fields=["menu_position"],
                name="post_menu_idx",
                condition=Q(menu_position__isnull=False),
            ),
            models.Index(F("updated_at").desc(), F("id").desc(), name="post_updated_idx"),
            models.Index(
                F("author"),
                F("publish_at").desc(),
                F("id").desc(),
                name="post_author_idx",
                condition=Q(approved_revision__isnull=False),
            ),
            models.Index(
                F("status"), F("updated_at").desc(), F("id").desc(), name="post_status_idx"
            ),
            models.Index(
                F("is_ai_generated"), F("updated_at").desc(), F("id").desc(), name="post_ai_idx"
            ),
            GinIndex(fields=["search_vector"], name="post_search_idx"),
            GinIndex(fields=["title_vector"], name="post_title_idx"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        view = "blog:page" if self.kind == self.Kind.PAGE else "blog:post"
        return languages.reverse_in(self.language, view, self.slug)

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
    def last_changed_at(self) -> datetime | None:
        """When readers last saw it change: by its publication, or by a newer text."""
        return max(filter(None, (self.publish_at, self.changed_at)), default=None)

    @property
    def has_unpublished_changes(self) -> bool:
        """A newer revision waits behind what readers see."""
        return (
            self.approved_revision_id is not None
            and self.latest_revision_id != self.approved_revision_id
        )


class Page(Post):
    """A post that stands beside the lists, such as "About": the same rows, an admin of its own."""

    class Meta:
        proxy = True
        # Whoever may write posts may write pages.
        default_permissions = ()


class Revision(Content):
    """The content of a post at one moment: immutable, numbered, with a digest."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    tag_ids = ArrayField(models.BigIntegerField(), default=list)
    # The pictures that the body shows: each stays what it is from now on.
    image_ids = ArrayField(models.BigIntegerField(), default=list)
    # Saved by the editor's page by itself; the next one of the same person takes its place.
    is_autosave = models.BooleanField(default=False)
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
        indexes = [GinIndex(fields=["image_ids"], name="revision_images_idx")]

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
        # Only where there is something: approvals of before there were such fields stay valid.
        signed |= {name: value for name in _LATER_SIGNED if (value := getattr(self, name))}
        canonical = json.dumps(signed, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()
