"""What was brought from another blog, so that the same file brings nothing twice."""

from django.db import models
from django.utils import timezone


class ImportedItem(models.Model):
    """One thing of another blog, and what it became here."""

    class Kind(models.TextChoices):
        AUTHOR = "author", "Author"
        CATEGORY = "category", "Category"
        TAG = "tag", "Tag"
        IMAGE = "image", "Image"
        POST = "post", "Post"

    source = models.CharField(max_length=300, help_text="The other blog: its address or a name.")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    source_id = models.CharField(max_length=500, help_text="What the other blog calls it.")
    object_id = models.BigIntegerField(help_text="Its row here.")
    # SHA-256 of what was brought: a later file that says the same changes nothing.
    digest = models.CharField(max_length=64, blank=True)
    imported_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "kind", "source_id"], name="imported_item_is_brought_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.source_id} of {self.source}"
