"""Links by which somebody without an account reads a post before it is public."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from blog.models.content import Post


class PreviewLink(models.Model):
    """One shared link: it shows the post's latest revision until it expires or is taken back.

    The address carries the signed id of this row; the row alone opens nothing.
    """

    post = models.ForeignKey(Post, models.CASCADE, related_name="preview_links")
    note = models.CharField(max_length=120, blank=True, help_text="For whom it is.")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                name="preview_link_expires_later",
                condition=Q(expires_at__gt=models.F("created_at")),
            )
        ]

    def __str__(self) -> str:
        return self.note or f"Link of {self.created_at:%Y-%m-%d}"

    def is_open(self, now: datetime | None = None) -> bool:
        """Whether it still shows the post."""
        return self.revoked_at is None and (now or timezone.now()) < self.expires_at
