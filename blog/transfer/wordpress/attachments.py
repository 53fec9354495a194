"""WordPress's pictures: one attachment, many addresses (each size has its own), one file."""

import re
from pathlib import PurePosixPath

from bs4 import Tag
from django.utils.text import slugify

from blog.transfer import extras
from blog.transfer.items import ImageItem, Site
from blog.transfer.notebook import Notebook
from blog.transfer.old_addresses import OldSite
from blog.transfer.pictures import IMAGE_ENDINGS, key_of
from blog.transfer.reading import Reading
from blog.transfer.wordpress.fields import Fields

ATTACHMENTS = "wordpress attachment"
_CHILDREN = "wordpress gallery"
_ADDRESSES = "wordpress picture"
# What WordPress adds to the name of a file for its sizes and edits.
_SIZE = re.compile(r"-(?:\d{1,5}x\d{1,5}|scaled|rotated|e\d{10,16})(?=\.\w{2,5}$)")
# Jetpack's image servers: the address of the picture follows their own.
_PHOTON = re.compile(r"^(?:https?:)?//i\d\.wp\.com/")
_ID_IN_CLASS = re.compile(r"\bwp-image-(\d+)\b")
_CREDIT = re.compile(r's:6:"credit";s:\d+:"([^"]{1,120})"')


def image_of(fields: Fields, reading: Reading, old: OldSite, site: Site) -> ImageItem | None:
    """Return the picture of an attachment and note its addresses; None for another kind of file."""
    url = fields.text("attachment_url").strip() or fields.text("guid").strip()
    path = PurePosixPath(url.split("?")[0])
    if path.suffix.lower() not in IMAGE_ENDINGS:
        reading.left_behind["files that are no pictures"] += 1
        return None
    meta, own = fields.meta, extras.parse(fields.text("extras") if site.is_ours else "")
    key, number = key_of(old, url), fields.text("post_id").strip()
    caption = fields.words("excerpt") if site.is_ours else _line(fields.words("excerpt"))
    described = meta.get("_wp_attachment_image_alt", "")
    alt = described if site.is_ours else _line(described) or caption or _title(fields, path)
    item = ImageItem(
        source_id=key,
        url=old.absolute(url),
        alt_text=alt[:250],
        caption=caption[:250],
        created_at=fields.when("post_date_gmt") or fields.when("post_date"),
        **own.part(
            *("is_decorative", "licence", "source_url", "is_ai_generated"),
            *("focal_x", "focal_y", "stored_as", "file"),
        ),
        credit=own.credit or _credit(meta),
    )
    note = item.model_dump_json()
    reading.notebook.write(ATTACHMENTS, number, note)
    reading.notebook.write(_ADDRESSES, key, note)
    parent, order = fields.number("post_parent"), fields.number("menu_order")
    reading.notebook.write(_CHILDREN, f"{parent}/{order:08}/{number:0>12}", note)
    return item


def by_id(notebook: Notebook, number: str) -> ImageItem | None:
    """Return the picture with this attachment id."""
    note = notebook.read(ATTACHMENTS, number)
    return ImageItem.model_validate_json(note) if note else None


def of_gallery(notebook: Notebook, ids: list[str], post: int) -> list[tuple[str, str, str]]:
    """Return (address, description, caption) of the pictures named, or of those of the post."""
    if ids:
        items = [item for number in ids if (item := by_id(notebook, number))]
    else:
        rows = notebook.all(_CHILDREN, prefix=f"{post}/")
        items = [ImageItem.model_validate_json(note) for _, note in rows]
    return [(item.url, item.alt_text, item.caption) for item in items]


class Improver:
    """Gives the pictures of a text the address of their original, and a description if they have
    none there.
    """

    def __init__(self, notebook: Notebook, old: OldSite) -> None:
        self._notebook, self._old = notebook, old

    def __call__(self, image: Tag) -> None:
        """Improve one `img`."""
        source = _PHOTON.sub("https://", str(image["src"]))
        named = _ID_IN_CLASS.search(" ".join(image.get("class") or []))
        item = by_id(self._notebook, named[1]) if named else None
        item = item or self._by_address(source)
        image["src"] = item.url if item else self._old.absolute(source)
        if item and not str(image.get("alt") or "").strip():
            image["alt"] = item.alt_text

    def _by_address(self, address: str) -> ImageItem | None:
        key = key_of(self._old, address)
        for candidate in (key, _SIZE.sub("", key), _SIZE.sub("-scaled", key)):
            if note := self._notebook.read(_ADDRESSES, candidate):
                return ImageItem.model_validate_json(note)
        return None


def _line(text: str) -> str:
    return " ".join(text.split())


def _title(fields: Fields, path: PurePosixPath) -> str:
    """Return the title, unless it is just what WordPress made of the file's name."""
    title = _line(fields.words("title"))
    is_words = " " in title and slugify(title) != slugify(path.stem)
    return title if is_words else ""


def _credit(meta: dict[str, str]) -> str:
    found = _CREDIT.search(meta.get("_wp_attachment_metadata", ""))
    return found[1] if found else ""
