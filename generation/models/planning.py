"""What to write about and how it should sound: plans, style guides, briefs."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from blog.models import SLUG_VALIDATOR, Author, Category, Post
from generation.querysets import BriefQuerySet


class StyleGuide(models.Model):
    """The brand's voice."""

    name = models.CharField(max_length=80, unique=True)
    tone = models.TextField(blank=True, help_text="For example: calm, concrete, no hype.")
    audience = models.TextField(blank=True, help_text="Who reads it, and what they know already.")
    rules = models.TextField(blank=True, help_text="One rule a line.")
    banned_phrases = ArrayField(
        models.CharField(max_length=120),
        default=list,
        blank=True,
        help_text="Phrases that must not appear, separated by commas.",
    )
    examples = models.TextField(blank=True, help_text="A paragraph or two in the right voice.")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ContentPlan(models.Model):
    """What to write about, for whom, under whose name; holds briefs."""

    name = models.CharField(max_length=120)
    slug = models.CharField(max_length=80, unique=True, validators=[SLUG_VALIDATOR])
    description = models.TextField(help_text="What this plan covers, and for whom.")
    style_guide = models.ForeignKey(StyleGuide, models.PROTECT, related_name="plans")
    author = models.ForeignKey(
        Author, models.PROTECT, related_name="plans", help_text="The byline of its posts."
    )
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="plans"
    )
    language = models.CharField(max_length=12, default="en")
    target_words = models.PositiveIntegerField(
        default=900, validators=[MinValueValidator(200), MaxValueValidator(5000)]
    )
    model = models.CharField(
        max_length=80, blank=True, help_text="Empty: the model of this installation."
    )
    cover_model = models.CharField(
        "Model for covers",
        max_length=80,
        blank=True,
        default="",
        db_default="",
        help_text="Draws a cover for each article, such as gpt-image-2. Empty: none is drawn.",
    )
    pauses_after_outline = models.BooleanField(
        "Pause after the outline",
        default=False,
        db_default=False,
        help_text="A run waits until somebody has looked at its outline, and maybe changed it.",
    )
    discovers_topics = models.BooleanField(
        "Find topics in its feeds",
        default=False,
        db_default=False,
        help_text="When a schedule finds no brief to write, it takes the newest item of the plan's"
        " feeds that nobody wrote about.",
    )
    is_active = models.BooleanField(default=True)
    # Whoever wrote or changed its notes and files: none of them may approve what rests on them.
    contributor_ids = ArrayField(models.BigIntegerField(), default=list, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Brief(models.Model):
    """One article to be written, or a post to be worked on again: the plan's backlog."""

    class Kind(models.TextChoices):
        ARTICLE = "article", "New article"
        REFRESH = "refresh", "Refresh of a post"
        TRANSLATION = "translation", "Translation of a post"

    plan = models.ForeignKey(ContentPlan, models.PROTECT, related_name="briefs")
    kind = models.CharField(
        "what for", max_length=12, choices=Kind.choices, default=Kind.ARTICLE, db_default="article"
    )
    # A post may be deleted; what was paid for working on it stays in the books.
    post = models.ForeignKey(
        Post,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="briefs",
        help_text="For a refresh or a translation: the post it is about.",
    )
    title = models.CharField(max_length=160, help_text="The title or the angle of the article.")
    notes = models.TextField(blank=True, help_text="What must be in it, what must not.")
    keywords = ArrayField(
        models.CharField(max_length=60), default=list, blank=True, help_text="Separated by commas."
    )
    due_on = models.DateField(null=True, blank=True)
    is_dismissed = models.BooleanField(default=False, help_text="We won't write this one.")
    # Where the idea came from, when it was picked from a feed.
    origin_source = models.ForeignKey(
        "generation.Source", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    origin_url = models.URLField(max_length=500, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # Whoever edited it or its sources: none of them may approve what is written from it.
    contributor_ids = ArrayField(models.BigIntegerField(), default=list, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = BriefQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "origin_url"],
                condition=~Q(origin_url=""),
                name="brief_is_picked_once_per_plan",
                violation_error_message="This plan already has a brief from that feed item.",
            ),
            models.CheckConstraint(
                name="brief_of_a_new_article_is_about_no_post",
                condition=~Q(kind="article") | Q(post__isnull=True),
                violation_error_message="A new article is about no post there is; choose “Refresh”"
                " or “Translation”, or take the post out.",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class PromptVersion(models.Model):
    """A shipped prompt in an editor's words: for one plan, or for all. Never changed afterwards."""

    prompt = models.CharField(max_length=40)
    plan = models.ForeignKey(
        ContentPlan,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="prompt_versions",
        help_text="Empty: all plans that have none of their own.",
    )
    number = models.PositiveIntegerField(editable=False)
    system = models.TextField(help_text="Who the model is, and how it works.")
    user = models.TextField(help_text="What it is given. Keep every {{ variable }}.")
    note = models.CharField(max_length=200, help_text="What is different, and why.")
    is_used = models.BooleanField(
        "In use", default=False, help_text="New runs ask with it, instead of with the one before."
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["prompt", "plan__name", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["prompt", "plan", "number"],
                nulls_distinct=False,
                name="prompt_version_is_numbered",
            ),
            models.UniqueConstraint(
                fields=["prompt", "plan"],
                nulls_distinct=False,
                condition=Q(is_used=True),
                name="prompt_version_in_use_is_the_only_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prompt} {self.number}" + (f" for {self.plan}" if self.plan else "")
