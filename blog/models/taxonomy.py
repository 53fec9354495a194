"""Bylines, shelves and subjects: what posts are sorted by."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models

from blog import languages
from blog.querysets import ShownQuerySet

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

    objects = ShownQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return languages.reverse_here("blog:author", self.slug)


class Category(models.Model):
    """The one shelf a post stands on."""

    name = models.CharField(max_length=80)
    slug = models.CharField(max_length=80, unique=True, validators=[SLUG_VALIDATOR])
    description = models.TextField(blank=True)
    position = models.PositiveSmallIntegerField(default=0, help_text="Order in the navigation.")

    objects = ShownQuerySet.as_manager()

    class Meta:
        ordering = ["position", "name"]
        verbose_name_plural = "categories"

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return languages.reverse_here("blog:category", self.slug)


class Tag(models.Model):
    """One of the subjects of a post."""

    name = models.CharField(max_length=80)
    slug = models.CharField(max_length=80, unique=True, validators=[SLUG_VALIDATOR])

    objects = ShownQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return languages.reverse_here("blog:tag", self.slug)
