"""Pictures, with what a reader and a lawyer need to know of each."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from blog import pictures
from blog.image_querysets import ImageQuerySet


class Image(models.Model):
    """A picture with what a reader and a lawyer need to know about it.

    Once a revision has it, it never changes (the database refuses): upload another instead.
    """

    # Django is not told of the fields below: it would open the file to fill them, over and over.
    file = models.ImageField(upload_to="images/%Y/%m/", db_index=True)
    width = models.PositiveIntegerField(editable=False, default=0)
    height = models.PositiveIntegerField(editable=False, default=0)
    alt_text = models.CharField(
        max_length=250, blank=True, help_text="What the picture shows, for those who can't see it."
    )
    is_decorative = models.BooleanField(
        "decorative", default=False, help_text="Adds nothing to the text; screen readers skip it."
    )
    caption = models.CharField(
        max_length=250, blank=True, help_text="Shown below the picture, for everybody."
    )
    credit = models.CharField(
        max_length=120,
        blank=True,
        help_text="Who made it, as they want to be named: “Ida Holm” or “Ida Holm / Agency”.",
    )
    licence = models.CharField(
        max_length=120,
        blank=True,
        help_text="What allows you to show it: “CC BY 4.0”, “bought from …”, “own picture”.",
    )
    source_url = models.URLField(
        "source",
        blank=True,
        help_text="The page where you found it. Readers don't see it; whoever asks will.",
    )
    is_ai_generated = models.BooleanField(
        "made with AI",
        default=False,
        db_default=False,
        help_text="A model drew it, or changed what it shows. Readers are told beside the credit.",
    )
    # The point that a crop keeps in sight, in percent of width and height from the top left.
    focal_x = models.PositiveSmallIntegerField(
        "focal point from the left", default=50, validators=[MaxValueValidator(100)]
    )
    focal_y = models.PositiveSmallIntegerField(
        "focal point from the top", default=50, validators=[MaxValueValidator(100)]
    )
    # Smaller copies in modern formats, made by a worker: see blog.renditions. None: not yet.
    renditions = models.JSONField(null=True, editable=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ImageQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        indexes = [
            # What a worker looks for, every few seconds: see ImageQuerySet.without_renditions.
            models.Index(
                F("id").desc(),
                name="image_without_renditions_idx",
                condition=Q(renditions__isnull=True) | Q(renditions__has_key="again_at"),
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="image_has_alt_text_or_is_decorative",
                condition=Q(is_decorative=True) | ~Q(alt_text=""),
                violation_error_message="Describe the picture, or mark it as decorative.",
            ),
            models.CheckConstraint(
                name="image_focal_point_is_inside",
                condition=Q(focal_x__lte=100, focal_y__lte=100),
                violation_error_message="Give the focal point in percent, from 0 to 100.",
            ),
        ]

    def __str__(self) -> str:
        return self.alt_text or self.file.name or "image"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep a new file only as `pictures` draws it. Raises PictureRefused."""
        self._redraw()
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """Refuse in the form, beside the field, what `save` or the database would refuse."""
        errors: dict[str, Any] = {}
        if not (self.is_decorative or self.alt_text):
            errors["alt_text"] = "Describe the picture, or mark it as decorative."
        try:
            self._redraw()
        except pictures.PictureRefused as refused:
            errors["file"] = refused.messages
        if errors:
            raise ValidationError(errors)

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
            # Only where somebody set them: approvals of before there were any stay valid.
            **({"is_ai_generated": True} if self.is_ai_generated else {}),
            **({"focal": [self.focal_x, self.focal_y]} if self._has_focal_point else {}),
        }

    @property
    def media_path(self) -> str:
        """The path that texts name it by, wherever the files are: /media/images/2026/11/….jpeg."""
        return f"{settings.MEDIA_URL}{self.file.name}"

    @property
    def is_used(self) -> bool:
        """Some revision has it, so that it must stay what it is."""
        # The relation is named here, because revisions stand in a module that imports this one.
        revisions = self._meta.apps.get_model("blog", "Revision").objects
        return bool(revisions.filter(Q(cover=self) | Q(image_ids__contains=[self.pk])).exists())

    @property
    def _has_focal_point(self) -> bool:
        return (self.focal_x, self.focal_y) != (50, 50)

    def _redraw(self) -> None:
        if self.file and not self.file._committed:  # type: ignore[attr-defined]
            self.file = drawn = pictures.redraw(self.file.file)
            self.width, self.height = drawn.size_in_pixels
