"""The door by which pictures come into the library, with what is known about them."""

from django.contrib.auth.models import AbstractBaseUser
from django.core.files import File

from blog.models import Image


def add_image(
    file: "File[bytes]",
    *,
    alt_text: str,
    is_decorative: bool,
    caption: str,
    credit: str,
    licence: str,
    source_url: str,
    by: AbstractBaseUser | None,
) -> Image:
    """Keep a picture and return it.

    Raises PictureRefused when the file is no picture that the blog takes, ValidationError when
    what is said about it is too long, or nothing.
    """
    image = Image(
        file=file,
        alt_text=alt_text,
        is_decorative=is_decorative,
        caption=caption,
        credit=credit,
        licence=licence,
        source_url=source_url,
        uploaded_by_id=by.pk if by else None,
    )
    image.full_clean()
    image.save()
    return image
