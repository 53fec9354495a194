"""The form of a picture: it comes in once; later only its words and its focal point change."""

from typing import Any

from django import forms

from blog import pictures
from blog.admin_theme import ModelForm, widgets
from blog.models import Image


class ImageForm(ModelForm[Image]):
    """A picture with what readers and lawyers need to know of it."""

    # Django's own field would try every decoder that Pillow has, before ours says what is wrong.
    file = forms.FileField(
        required=False,
        widget=widgets.File(
            attrs={"accept": "image/png,image/jpeg,image/webp,image/gif,image/avif"}
        ),
        help_text="PNG, JPEG, WebP, GIF (a still) or AVIF. It is redrawn without place and camera.",
    )

    class Meta:
        model = Image
        fields = [
            *("file", "alt_text", "is_decorative", "caption", "credit", "licence", "source_url"),
            *("is_ai_generated", "focal_x", "focal_y"),
        ]

    def clean_file(self) -> Any:
        """Return the picture as we draw it; a picture that is there already stays."""
        upload = self.cleaned_data["file"]
        if self.instance.pk:
            return self.instance.file
        if not upload:
            raise forms.ValidationError(pictures.NO_FILE)
        return pictures.redraw(upload)
