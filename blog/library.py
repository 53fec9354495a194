"""The library of pictures: how one comes in and changes, how a text names it, how its files go.

Whoever brings a picture (an editor, an import, a model) comes through `add_image`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import IO, Any

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from blog import pictures, rendering, renditions, tasks
from blog.models import Image, Post

# What Markdown would take for its own signs inside a picture's words.
_SIGNS = re.compile(r'([\\`*_\[\]<>&~|"])')
_MAX_ID = 2**63 - 1


@dataclass(frozen=True)
class Page:
    """Some pictures of the library; below `older` (the id of the last) are more, if it is set."""

    images: list[Image]
    older: str


def add_image(
    file: IO[bytes] | None,
    *,
    alt_text: str = "",
    is_decorative: bool = False,
    caption: str = "",
    credit: str = "",
    licence: str = "",
    source_url: str = "",
    is_ai_generated: bool = False,
    focal_point: tuple[int, int] = (50, 50),
    created_at: datetime | None = None,
    stored_as: str = "",
    by: AbstractBaseUser | None,
) -> Image:
    """Keep the picture in `file` with its words, and return its row; workers make its copies.

    The same picture with the same words by the same person is the same row; not so one that had a
    file of its own in another blog like this one, `stored_as`, which it keeps if it is free here.
    Raises ValidationError with all that is wrong, by field: "file", "alt_text", "source_url", ...
    """
    image = Image(
        alt_text=_line(alt_text),
        is_decorative=is_decorative,
        caption=_line(caption),
        credit=_line(credit),
        licence=_line(licence),
        source_url=source_url.strip(),
        is_ai_generated=is_ai_generated,
        focal_x=focal_point[0],
        focal_y=focal_point[1],
        created_at=created_at or timezone.now(),
        uploaded_by_id=by.pk if by else None,
    )
    _fill(image, file)
    if stored_as and not image.file.storage.exists(stored_as):
        image.file = image.file.storage.save(stored_as, image.file.file)
    elif known := _same(image):
        return known
    image.save()
    transaction.on_commit(tasks.ring, robust=True)
    return image


def keep_changes(image: Image, *, is_moved: bool) -> None:
    """Save a picture that no post has yet; with another focal point its copies are drawn anew.

    Raises IntegrityError once a revision has the picture.
    """
    outdated = [renditions.share_copy(image)] if is_moved else []
    with transaction.atomic():
        image.save()
        if is_moved:
            make_copies(image)
        _remove_on_commit(image, [copy.name for copy in outdated if copy])


def make_copies(image: Image) -> None:
    """Have the picture's copies made again, however often that failed before."""
    image.renditions = None
    image.save(update_fields=["renditions"])
    transaction.on_commit(tasks.ring, robust=True)


def remove_files(image: Image) -> None:
    """Remove the files of a deleted picture, original and copies, once that is committed."""
    copies = renditions.Record.read(image.renditions).files()
    _remove_on_commit(image, [image.file.name or "", *(copy.name for copy in copies)])


def page_of(*, words: str = "", which: str = "", before: str = "", size: int) -> Page:
    """Return the newest pictures that match `words`, from below the one with the id `before`.

    `which` is "unused", "problem", or all of them.
    """
    rows = Image.objects.matching(words)
    if which == "unused":
        rows = rows.unused()
    elif which == "problem":
        rows = rows.with_problem()
    below = int(before) if before.isascii() and before.isdigit() else None
    found = list(rows.newest_below(below and min(below, _MAX_ID))[: size + 1])
    return Page(found[:size], str(found[size - 1].pk) if len(found) > size else "")


def words_of(image: Image) -> dict[str, Any]:
    """Return all that is said of a picture, as `add_image` takes it."""
    names = [
        *("alt_text", "is_decorative", "caption", "credit", "licence", "source_url"),
        "is_ai_generated",
    ]
    return {name: getattr(image, name) for name in names}


def posts_with(image: Image) -> QuerySet[Post]:
    """Return the posts of which some revision has the picture, the last changed first."""
    has_it = Q(revisions__cover=image) | Q(revisions__image_ids__contains=[image.pk])
    return Post.objects.filter(has_it).distinct().order_by("-updated_at", "-pk")


def markdown_of(image: Image) -> str:
    """Return how a text shows the picture: its words, its path, and the line below it."""
    alt = "" if image.is_decorative else _escaped(image.alt_text)
    line = legend_of(image)
    title = f' "{_escaped(line)}"' if line else ""
    return f"![{alt}]({image.media_path}{title})"


def legend_of(image: Image) -> str:
    """Return the line below a picture: "Caption. Picture: credit, licence, made with AI"."""
    credit = f"Picture: {image.credit}" if image.credit else ""
    maker = ("made with AI" if credit else "Made with AI") if image.is_ai_generated else ""
    rights = ", ".join(filter(None, (credit, image.licence, maker)))
    caption = image.caption
    if caption and rights and caption[-1] not in ".!?…":
        caption += "."
    return " ".join(filter(None, (caption, rights)))


def _fill(image: Image, file: IO[bytes] | None) -> None:
    """Give the row its picture, drawn anew; raise all that is wrong with both at once."""
    errors: dict[str, Any] = {}
    try:
        if file is None:
            raise pictures.PictureRefused(pictures.NO_FILE)
        # Before Django sees it, which measures a file with every decoder that Pillow has.
        image.file = pictures.redraw(file)
    except pictures.PictureRefused as refused:
        errors["file"] = refused.messages
    try:
        image.full_clean(exclude={"file"})
    except ValidationError as refused:
        errors |= refused.message_dict
    if errors:
        raise ValidationError(errors)


def _same(image: Image) -> Image | None:
    """Return the row of the same bytes and words: the name of a redrawn file is its digest."""
    stem = str(image.file.name).partition(".")[0]
    same = Image.objects.filter(uploaded_by=image.uploaded_by_id, **words_of(image))
    return same.filter(file__contains=f"/{stem}").order_by("pk").first()


def _remove_on_commit(image: Image, names: Iterable[str]) -> None:
    for name in filter(None, names):
        # What can't be removed is left lying, and logged: nobody sees it any more.
        transaction.on_commit(partial(image.file.storage.delete, name), robust=True)


def _line(text: str) -> str:
    return " ".join(rendering.storable(text).split())


def _escaped(text: str) -> str:
    return _SIGNS.sub(r"\\\1", _line(text))
