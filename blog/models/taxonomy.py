"""Bylines, shelves and subjects: what posts are sorted by."""

from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models, transaction

from blog import languages
from blog.querysets import ShownQuerySet

SLUG_VALIDATOR = RegexValidator(
    r"^[a-z0-9]+(?:-[a-z0-9]+)*$", "Use lowercase letters, digits and single hyphens."
)


class Addressed(models.Model):
    """Something with an address of its own; those that it had before lead to it."""

    slug: Any
    view_name: ClassVar[str]

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Leave a redirect where readers knew it, if it moves."""
        from blog import addresses  # it knows all the models, this one too

        rows = type(self)._default_manager
        before = None if self._state.adding else rows.filter(pk=self.pk).first()
        with transaction.atomic():
            super().save(*args, **kwargs)
            if before is not None and before.slug != self.slug:
                addresses.leave_redirects(before, self)

    def get_absolute_url(self) -> str:
        return languages.reverse_here(self.view_name, self.slug)


class Author(Addressed):
    """A byline; it may have no login."""

    view_name = "blog:author"
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


class Category(Addressed):
    """The one shelf a post stands on."""

    view_name = "blog:category"
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


class Tag(Addressed):
    """One of the subjects of a post."""

    view_name = "blog:tag"
    name = models.CharField(max_length=80)
    slug = models.CharField(max_length=80, unique=True, validators=[SLUG_VALIDATOR])

    objects = ShownQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
