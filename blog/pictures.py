"""An uploaded picture is never kept as it came: it is decoded, drawn anew, and named by us.

So nothing but pixels reaches a reader: no place where a photo was taken, no script in a comment, no
second file behind the end of the first.
"""

import hashlib
import io
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from PIL import Image, ImageCms, ImageOps

MAX_PIXELS = 40_000_000
# What is read, and what it is kept as. MPO is what many phones write under the name of JPEG.
_KEPT_AS = {
    "AVIF": "AVIF",
    "GIF": "PNG",
    "JPEG": "JPEG",
    "MPO": "JPEG",
    "PNG": "PNG",
    "WEBP": "WEBP",
}
_SAVED_WITH: dict[str, dict[str, Any]] = {
    "AVIF": {"speed": 8},
    "JPEG": {"quality": 90, "progressive": True},
    "PNG": {},
    "WEBP": {"quality": 90, "method": 2},
}


class PictureRefused(ValidationError):
    """The file is no picture that the blog takes; the message says what to do."""


class Picture(ContentFile):  # type: ignore[type-arg]
    """A picture drawn by us, fit to be stored."""


def redraw(upload: IO[bytes]) -> Picture:
    """Return the picture in `upload`, upright and with nothing but its pixels.

    Its name is its own fingerprint: what signs the name signs the picture. Raises PictureRefused.
    """
    upload.seek(0)
    try:
        with Image.open(upload, formats=[kind for kind in _KEPT_AS if kind != "MPO"]) as picture:
            kind = _KEPT_AS[picture.format or ""]
            _refuse(picture)
            content = _encode(_only_pixels(picture), kind)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as unreadable:
        raise PictureRefused(
            "This is no whole picture of a kind that browsers show. Upload a PNG, JPEG, WebP, GIF"
            " or AVIF file."
        ) from unreadable
    name = hashlib.sha256(content).hexdigest()[:32]
    return Picture(content, name=f"{name}.{kind.lower()}")


def _refuse(picture: Image.Image) -> None:
    """Look at the header alone: nothing is decoded before its size is known."""
    if picture.width * picture.height > MAX_PIXELS:
        raise PictureRefused(
            f"The picture has {picture.width:,} × {picture.height:,} pixels; at most"
            f" {MAX_PIXELS // 1_000_000} million are taken. Make it smaller, then upload it again."
        )
    if picture.format != "MPO" and getattr(picture, "is_animated", False):
        raise PictureRefused("Moving pictures are not taken. Upload one still of it.")


def _only_pixels(picture: Image.Image) -> Image.Image:
    upright = ImageOps.exif_transpose(picture)
    profile = upright.info.get("icc_profile")
    if profile and upright.mode in {"RGB", "RGBA", "CMYK"}:
        upright = _in_common_colours(upright, profile)
    if upright.mode == "CMYK":
        upright = upright.convert("RGB")
    upright.info = {k: v for k, v in upright.info.items() if k == "transparency"}
    return upright


def _in_common_colours(picture: Image.Image, profile: bytes) -> Image.Image:
    """Return it in sRGB, which is what a picture without a profile is shown in."""
    mode = "RGBA" if picture.mode == "RGBA" else "RGB"
    try:
        drawn = ImageCms.profileToProfile(
            picture, io.BytesIO(profile), ImageCms.createProfile("sRGB"), outputMode=mode
        )
    except ImageCms.PyCMSError:
        return picture
    return drawn or picture


def _encode(picture: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **_SAVED_WITH[kind])
    return out.getvalue()
