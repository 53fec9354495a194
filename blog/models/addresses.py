"""Where old addresses lead: to what lives elsewhere now, so that no chain and no loop can arise."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from blog.models.content import Post
from blog.models.taxonomy import Author, Category, Tag
from blog.querysets import ShownQuerySet

_TARGETS = ["post", "category", "tag", "author", "target"]


class Redirect(models.Model):
    """An address that is no page any more, and what to answer with instead.

    It names a thing, not an address: whatever becomes of the thing, one step leads to it. Only
    `target`, typed by a person, is an address.
    """

    path = models.CharField(
        "old path",
        max_length=500,
        unique=True,
        help_text="From the slash on, such as /2019/05/old-post/.",
    )
    post = models.ForeignKey(Post, models.CASCADE, null=True, blank=True, related_name="redirects")
    category = models.ForeignKey(Category, models.CASCADE, null=True, blank=True, related_name="+")
    tag = models.ForeignKey(Tag, models.CASCADE, null=True, blank=True, related_name="+")
    author = models.ForeignKey(Author, models.CASCADE, null=True, blank=True, related_name="+")
    target = models.CharField(
        "leads to",
        max_length=500,
        blank=True,
        help_text="A path of this site or a whole address, for what is none of the above.",
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ShownQuerySet.as_manager()

    class Meta:
        ordering = ["path"]
        constraints = [
            models.CheckConstraint(
                name="redirect_leads_to_one_thing",
                condition=models.Q(
                    models.lookups.Exact(
                        models.Func(
                            *(models.F(name) for name in _TARGETS[:-1]),
                            models.Func(models.F("target"), models.Value(""), function="NULLIF"),
                            function="num_nonnulls",
                            output_field=models.IntegerField(),
                        ),
                        1,
                    )
                ),
                violation_error_message="Name exactly one thing that the old address leads to.",
            ),
            models.CheckConstraint(
                name="redirect_starts_at_a_path", condition=Q(path__startswith="/")
            ),
        ]

    def __str__(self) -> str:
        return self.path

    @property
    def thing(self) -> Post | Category | Tag | Author | None:
        """What it leads to, if that is no mere address."""
        return self.post or self.category or self.tag or self.author
