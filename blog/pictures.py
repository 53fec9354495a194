"""An uploaded picture is never kept as it came: it is decoded, drawn anew, and named by us.

So nothing but pixels reaches a reader: no place where a photo was taken, no script in a comment, no
second file behind the end of the first.
"""

import hashlib
import io
import threading
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from PIL import Image, ImageCms, ImageOps

# How long a file is kept whose name holds a digest of what is in it.
IMMUTABLE = "public, max-age=31536000, immutable"
MAX_BYTES = 30_000_000
MAX_PIXELS = 40_000_000
# These take up to four times the memory of a JPEG while they are drawn.
_MAX_PIXELS_OF = {"AVIF": 16_000_000, "WEBP": 16_000_000}
# No format of the renditions can hold a longer side (WebP's limit).
MAX_SIDE = 16_383
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
    "AVIF": {"speed": 10},
    "JPEG": {"quality": 90, "progressive": True},
    "PNG": {},
    "WEBP": {"quality": 90, "method": 2},
}
NO_FILE = "Choose a picture: a PNG, JPEG, WebP, GIF or AVIF file."
# What the decoders are known to raise over a broken file.
_UNREADABLE = (OSError, SyntaxError, ValueError, RuntimeError, IndexError)
_BOMB = (Image.DecompressionBombError, Image.DecompressionBombWarning)
# The largest picture takes up to 900 MB while it is drawn: each process draws one at a time.
_one_at_a_time = threading.Lock()


class PictureRefused(ValidationError):
    """The file is no picture that the blog takes; the message says what to do."""


class Picture(ContentFile):  # type: ignore[type-arg]
    """A picture drawn by us, fit to be stored; `content_type` is what a bucket tells browsers."""

    def __init__(self, content: bytes, *, name: str, kind: str, size: tuple[int, int]) -> None:
        super().__init__(content, name=name)
        self.content_type = f"image/{kind.lower()}"
        self.kind, self.size_in_pixels = kind, size

    def with_bytes(self, content: bytes, *, name: str) -> "Picture":
        """Return the same pixels as they were drawn before, under the name they got then."""
        return Picture(content, name=name, kind=self.kind, size=self.size_in_pixels)


def redraw(upload: IO[bytes] | Picture) -> Picture:
    """Return the picture in `upload`, upright and with nothing but its pixels.

    Its name is its own fingerprint: what signs the name signs the picture. One that we drew before
    stays as it is. Raises PictureRefused.
    """
    if isinstance(upload, Picture):
        return upload
    _refuse_size(upload)
    try:
        with (
            _one_at_a_time,
            Image.open(upload, formats=[kind for kind in _KEPT_AS if kind != "MPO"]) as picture,
        ):
            kind = _KEPT_AS[picture.format or ""]
            _refuse(picture)
            pixels = _only_pixels(picture)
            content = _encode(pixels, kind)
    except _BOMB as bomb:
        raise PictureRefused(_too_many_pixels("far too many")) from bomb
    except PictureRefused:
        raise
    except _UNREADABLE as unreadable:
        raise PictureRefused(
            "This is no whole picture of a kind that browsers show. Upload a PNG, JPEG, WebP, GIF"
            " or AVIF file."
        ) from unreadable
    name = hashlib.sha256(content).hexdigest()[:32]
    return Picture(content, name=f"{name}.{kind.lower()}", kind=kind, size=pixels.size)


def _refuse_size(upload: IO[bytes]) -> None:
    upload.seek(0, io.SEEK_END)
    size = upload.tell()
    upload.seek(0)
    if size == 0:
        raise PictureRefused("The file is empty. Choose it again, or export it once more.")
    if size > MAX_BYTES:
        raise PictureRefused(
            f"The file has {size / 1_000_000:.0f} MB; at most {MAX_BYTES // 1_000_000} MB are"
            " taken. Save it smaller, or as a JPEG, then upload it again."
        )


def _refuse(picture: Image.Image) -> None:
    """Look at the header alone: nothing is decoded before its size is known."""
    kind = picture.format or ""
    if picture.width * picture.height > _MAX_PIXELS_OF.get(kind, MAX_PIXELS):
        raise PictureRefused(_too_many_pixels(f"{picture.width:,} × {picture.height:,}", kind))
    if max(picture.size) > MAX_SIDE:
        raise PictureRefused(
            f"The picture has {picture.width:,} × {picture.height:,} pixels; no side may have more"
            f" than {MAX_SIDE:,}. Cut it into several pictures."
        )
    if kind != "MPO" and getattr(picture, "is_animated", False):
        raise PictureRefused("Moving pictures are not taken. Upload one still of it.")


def _too_many_pixels(count: str, kind: str = "") -> str:
    limit = _MAX_PIXELS_OF.get(kind, MAX_PIXELS) // 1_000_000
    advice = " or save it as a JPEG" if kind in _MAX_PIXELS_OF else ""
    return (
        f"The picture has {count} pixels; at most {limit} million are taken. Make it smaller"
        f"{advice}, then upload it again."
    )


def _only_pixels(picture: Image.Image) -> Image.Image:
    upright = ImageOps.exif_transpose(picture)
    profile = upright.info.get("icc_profile")
    if profile and upright.mode in {"RGB", "RGBA", "CMYK"}:
        upright = _in_common_colours(upright, profile)
    if upright.mode == "CMYK":
        upright = upright.convert("RGB")
    if upright.mode.startswith("I"):
        # Pillow's own conversion cuts off what is brighter than 255.
        return upright.point(lambda value: value / 256).convert("L")
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
