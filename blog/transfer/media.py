"""Brings pictures: from the package, from a folder, or through the one door to the outside web.

Each is drawn anew before it is kept, like any upload; only one of our own export that provably
holds nothing but pixels stays as it is, under its old name. What cannot be brought stays a link to
where it was.
"""

import io
import re
from pathlib import Path
from urllib.parse import quote

from django.core.exceptions import ValidationError

from blog import fetching, library, pictures
from blog.models import Image, ImportedItem
from blog.transfer import pixels
from blog.transfer.items import ImageItem, Kind
from blog.transfer.move import Move
from blog.transfer.pictures import IN_PACKAGE, key_of
from blog.transfer.report import Outcome
from blog.transfer.validity import reason_of

IMAGES = "image"
_HERE = "image here"
# The sizes that WordPress and Ghost make of a picture; the original has the same name without it.
_SIZE = re.compile(r"-\d{1,5}x\d{1,5}(?=\.\w{2,5}$)|/size/w\d+(?=/)")
_OUR_NAME = re.compile(r"images/\d{4}/\d{2}/[0-9a-f]{32}(?:_[0-9A-Za-z]{7})?\.(jpeg|png|webp|avif)")


class NotBrought(Exception):
    """The picture stays where it is; the message says why."""


def remember(move: Move, item: ImageItem) -> None:
    """Note what the file says of a picture, for the texts that show it."""
    move.notebook.write_once(IMAGES, item.source_id, item.model_dump_json())


def bring(move: Move, address: str, *, alt_text: str = "") -> Image | None:
    """Return the picture at an address of the old blog, brought if need be; None if it can't be.

    `alt_text` is how the text describes it, should the file not say.
    """
    is_key = move.notebook.has(IMAGES, address)
    key = address if is_key else key_of(move.reader.old, address)
    note = move.notebook.read(_HERE, key)
    if note is not None:
        return Image.objects.filter(pk=note).first() if note else None
    item = _item(move, key, address)
    if item and not item.alt_text and not move.reader.site.is_ours:
        item = item.model_copy(update={"alt_text": alt_text[:250]})
    image = _bring_once(move, item) if item else None
    move.notebook.write(_HERE, key, str(image.pk) if image else "")
    return image


def is_known(move: Move, address: str) -> bool:
    """Whether the address is of a picture that the file describes or that was looked at before."""
    key = key_of(move.reader.old, address)
    return move.notebook.has(IMAGES, key) or move.notebook.has(_HERE, key)


def was_looked_at(move: Move, key: str) -> bool:
    """Whether some text showed the picture."""
    return move.notebook.has(_HERE, key)


def _item(move: Move, key: str, address: str) -> ImageItem | None:
    """Return what is known of the picture; None for one of another site."""
    if note := move.notebook.read(IMAGES, key):
        return ImageItem.model_validate_json(note)
    if address.startswith(IN_PACKAGE):
        return ImageItem(source_id=key, file=address.removeprefix(IN_PACKAGE))
    if move.reader.old.path_of(address) is not None:
        return ImageItem(source_id=key, url=move.reader.old.absolute(address))
    move.report.left_behind["pictures of other sites, left as links"] += 1
    return None


def _bring_once(move: Move, item: ImageItem) -> Image | None:
    known = move.known(Kind.IMAGE, item.source_id)
    if known:
        image = Image.objects.filter(pk=known.object_id).first()
        if image or not move.options.again:
            words = "" if image else "It was brought before and deleted here."
            move.tell(Outcome.UNCHANGED if image else Outcome.SKIPPED, item, words)
            return image
    try:
        path = _local(move, item)
        if not move.options.apply:
            reason = "From the files." if path else _would_be_fetched(move, item)
            move.tell(Outcome.CREATED, item, reason)
            return None
        content = path.read_bytes() if path else _fetch(move, item)
        image = _keep(move, item, content)
    except (NotBrought, fetching.FetchError, OSError) as error:
        move.tell(Outcome.FAILED, item, f"{error} Its place in the text links to the old address.")
        return None
    except ValidationError as refused:
        move.tell(Outcome.FAILED, item, reason_of(refused))
        return None
    move.tell(Outcome.CREATED, item)
    return image


def _local(move: Move, item: ImageItem) -> Path | None:
    """Return the file of the picture, if it is in the package or in the folder given."""
    path = move.package.path(item.file) if item.file else None
    if path is None and item.file and not item.url:
        raise NotBrought("The file is not in the package.")
    if path is None:
        old_path = move.reader.old.path_of(item.url) or item.url.split("?")[0].split("//")[-1]
        places = [folder for folder in (move.options.media, move.package) if folder]
        names = dict.fromkeys([_SIZE.sub("", old_path), old_path])
        found = (folder.find(name) for folder in places for name in names)
        path = next((file for file in found if file), None)
    if path and path.stat().st_size > pictures.MAX_BYTES:
        raise NotBrought("The file is larger than 30 MB.")
    return path


def _would_be_fetched(move: Move, item: ImageItem) -> str:
    if not move.options.fetch_images or not item.url.startswith(("http://", "https://")):
        raise NotBrought("It is in no folder given, and there is no address to fetch it from.")
    return "It would be fetched."


def _fetch(move: Move, item: ImageItem) -> bytes:
    """Return the picture from the web: the original, or else the size that the text shows."""
    _would_be_fetched(move, item)
    url = quote(item.url, safe=":/?#[]@!$&'()*+,;=%~")
    original = _SIZE.sub("", url)
    if original != url:
        try:
            return fetching.fetch(original, accept=fetching.Accept.PICTURE).body
        except fetching.FetchError:
            pass  # many a site keeps only what it shows
    return fetching.fetch(url, accept=fetching.Accept.PICTURE).body


def _keep(move: Move, item: ImageItem, content: bytes) -> Image:
    """Put the picture into the library and note that it was brought."""
    file = pictures.redraw(io.BytesIO(content))
    is_whole = bool(_OUR_NAME.fullmatch(item.stored_as)) and pixels.are_all(content)
    if is_whole:
        file = file.with_bytes(content, name=Path(item.stored_as).name)
    alt = item.alt_text or ("" if move.reader.site.is_ours else item.caption)
    with move.step():
        image = library.add_image(
            file,
            alt_text=alt,
            # Nobody described it: the report says so, and no words are invented.
            is_decorative=item.is_decorative or not alt,
            caption=item.caption,
            credit=item.credit,
            licence=item.licence,
            source_url=item.source_url,
            is_ai_generated=item.is_ai_generated,
            focal_point=(item.focal_x, item.focal_y),
            created_at=item.created_at,
            stored_as=item.stored_as if is_whole else "",
            by=move.options.by,
        )
        ImportedItem.objects.update_or_create(
            source=move.reader.site.source,
            kind=Kind.IMAGE,
            source_id=item.source_id,
            defaults={"object_id": image.pk, "digest": item.digest()},
        )
    if not alt and not item.is_decorative:
        move.report.lacks_alt_text(item.source_id)
    return image
