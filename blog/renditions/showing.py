"""What a page needs to show a picture: sources to choose from, a fallback, and its measures.

Texts name a picture by its own path below /media/, wherever the files are; here the path becomes
the storage's address. The HTML of a text is signed by its approval and stays as it is: pictures are
put in when it is served.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape
from itertools import groupby

from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from blog import fragments
from blog.models import Image
from blog.renditions.record import Copy, Record

# How wide a picture in a text is shown: as wide as the text (see .prose in blog.css).
TEXT_SIZES = "(min-width: 42rem) 38rem, calc(100vw - 2.5rem)"
# In our own sanitised HTML a value is always in double quotes.
_IMG = re.compile(r'<img((?:\s+[a-z-]+(?:="[^"]*")?)*)\s*/?>')
_ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')
# Said by the templates themselves.
_OURS = {"src", "alt", "width", "height", "loading", "decoding"}


@dataclass(frozen=True)
class Source:
    """One format: its media type and the files a browser may choose from."""

    type: str
    srcset: str


@dataclass(frozen=True)
class Shown:
    """A picture for a template: `src` of media type `type` is for those who choose no source.

    `focal` is a class that keeps the focal point in sight.
    """

    sources: tuple[Source, ...]
    src: str
    type: str
    width: int
    height: int
    alt: str
    focal: str


def show(image: Image) -> Shown:
    """Return what a template needs for `image`; before its copies are made, the original."""
    record = Record.read(image.renditions)
    largest = record.fallback or _original(image)
    return Shown(
        sources=tuple(
            Source(type_, ", ".join(f"{_url(image, copy)} {copy.width}w" for copy in copies))
            for type_, copies in groupby(record.copies, key=lambda copy: copy.type)
        ),
        src=_url(image, largest),
        type=largest.type,
        width=largest.width,
        height=largest.height,
        alt="" if image.is_decorative else image.alt_text,
        focal=f"focal-x-{_tens(image.focal_x)} focal-y-{_tens(image.focal_y)}",
    )


def thumbnail_url(image: Image) -> str:
    """Return the address of the smallest copy that every browser shows; until then the original."""
    copies = [copy for copy in Record.read(image.renditions).copies if copy.type == "image/webp"]
    return _url(image, copies[0] if copies else _original(image))


def share_copy(image: Image) -> Copy | None:
    """Return the copy for those who share a page; None where none is made, or it is too small."""
    return Record.read(image.renditions).share


def with_pictures(
    html: str, images: Iterable[Image], *, first_is_eager: bool = False
) -> SafeString:
    """Return our own sanitised `html` with each picture in all its formats and measures.

    `images` are `Image.objects.shown_in(html)`. The first is loaded at once if `first_is_eager`:
    where nothing stands above the text. A picture that is not among them stays as it is.
    """
    if "<img" not in html:
        return mark_safe(html)  # noqa: S308 (sanitised)
    known = {image.media_path: image for image in images}
    picture = fragments.macro_of("blog/_picture.html", "picture")
    is_eager = first_is_eager

    def replace(tag: re.Match[str]) -> str:
        nonlocal is_eager
        said = _attributes(tag[1])
        image = known.get(said.get("src", ""))
        if image is None:
            return tag[0]
        eager, is_eager = is_eager, False
        alt, more = said.get("alt", ""), _others(said)
        return str(picture(show(image), alt, TEXT_SIZES, more=more, eager=eager))

    return mark_safe(_IMG.sub(replace, html))  # noqa: S308 (sanitised, and escaped by a template)


def with_plain_pictures(html: str, images: Iterable[Image]) -> SafeString:
    """Return our own sanitised `html` with pictures as feed readers know them: one file each."""
    known = {image.media_path: image for image in images}

    def replace(tag: re.Match[str]) -> str:
        said = _attributes(tag[1])
        image = known.get(said.get("src", ""))
        if image is None:
            return tag[0]
        shown = show(image)
        return format_html(
            '<img src="{}" alt="{}" width="{}" height="{}"{}>',
            *(shown.src, said.get("alt", ""), shown.width, shown.height, _others(said)),
        )

    return mark_safe(_IMG.sub(replace, html))  # noqa: S308 (sanitised, and escaped by format_html)


def _url(image: Image, copy: Copy) -> str:
    return str(image.file.storage.url(copy.name))


def _original(image: Image) -> Copy:
    name = image.file.name or ""
    return Copy(name, f"image/{name.rpartition('.')[2]}", image.width, image.height, 0)


def _tens(percent: int) -> int:
    return round(percent / 10) * 10


def _attributes(text: str) -> dict[str, str]:
    return {name: unescape(value) for name, value in _ATTRIBUTE.findall(text)}


def _others(said: dict[str, str]) -> SafeString:
    return flatatt({name: value for name, value in said.items() if name not in _OURS})
