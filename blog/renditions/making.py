"""Makes the copies of pictures and notes them on the rows: one picture at a time in a process.

Nobody waits for this: a page without copies shows the original. Names follow from the original's,
so that making them twice, by two workers or after a crash, ends with the same files. An attempt is
noted before it begins; a picture that kills its worker is not tried for ever.
"""

import threading
import time
from datetime import datetime, timedelta
from pathlib import PurePosixPath

import structlog
from django.core.files.storage import Storage
from django.db import transaction
from django.utils import timezone

from blog import pictures
from blog.models import Image
from blog.renditions import drawing
from blog.renditions.record import Copy, Record

log = structlog.get_logger(__name__)

ATTEMPTS = 3
# Some twenty times what the largest picture takes.
_LEASE = timedelta(minutes=5)
# So long the other chores of the house may wait.
_CATCHING_UP_SECONDS = 5.0
_FORMATS = {"AVIF", "WEBP"}
_UNFINISHED = "It is being worked on, or that work was interrupted."
_brush = threading.Lock()


def make_missing(*, seconds: float = 600) -> int:
    """Make the copies of all pictures that have none, and return of how many.

    Begins no picture after `seconds`. Nothing is done while another thread of this process draws:
    that one goes on until nothing is missing.
    """
    if not _brush.acquire(blocking=False):
        return 0
    try:
        until, made = time.monotonic() + seconds, 0
        while time.monotonic() < until and (image := _claim(timezone.now())):
            made += _make(image)
        return made
    finally:
        _brush.release()


def catch_up(now: datetime) -> int:  # noqa: ARG001 (a chore is told the time)
    """Make copies for some seconds: of pictures whose message was lost, or that failed before."""
    return make_missing(seconds=_CATCHING_UP_SECONDS)


def _claim(now: datetime) -> Image | None:
    """Return a picture that is now ours to work on, the newest first; None if all is done."""
    with transaction.atomic():
        waiting = Image.objects.without_renditions(now).select_for_update(skip_locked=True)
        image: Image | None = waiting.order_by("-pk").first()
        if image is None:
            return None
        attempts = Record.read(image.renditions).attempts + 1
        again_at = _seconds(now + _LEASE) if attempts < ATTEMPTS else 0
        record = Record(problem=_UNFINISHED, attempts=attempts, again_at=again_at)
        image.renditions = record.as_json()
        # Not `save`, of which pages that are kept would hear: no reader sees a claim.
        Image.objects.filter(pk=image.pk).update(renditions=image.renditions)
    return image


def _make(image: Image) -> bool:
    try:
        record = _draw(image)
    except Exception as error:
        # Whatever a codec or a store raises: the others still get theirs.
        log.exception("renditions_failed", image_id=image.pk)
        record = _failed(image, error)
    _note(image, record)
    return not record.problem


def _draw(image: Image) -> Record:
    storage, name = image.file.storage, image.file.name or ""
    stem = str(PurePosixPath(name).with_suffix(""))
    copies: list[Copy] = []
    fallback = share = None
    with storage.open(name) as original:
        for drawn in drawing.draw(original, focal=(image.focal_x, image.focal_y)):
            copy = _keep(storage, stem, drawn)
            if drawn.kind in _FORMATS:
                copies.append(copy)
            elif drawn.suffix.startswith("-share"):
                share = copy
            else:
                fallback = copy
    return Record(copies=copies, fallback=fallback, share=share)


def _keep(storage: Storage, stem: str, drawn: drawing.Drawn) -> Copy:
    """Store the file under its own name, unless it is there whole."""
    name = f"{stem}{drawn.suffix}.{drawn.kind.lower()}"
    pixels, size = (drawn.width, drawn.height), len(drawn.content)
    file = pictures.Picture(drawn.content, name=name, kind=drawn.kind, size=pixels)
    if not _is_whole(storage, name, size) and (kept := storage.save(name, file)) != name:
        storage.delete(kept)  # another worker was faster with the same
    return Copy(name, file.content_type, *pixels, size)


def _is_whole(storage: Storage, name: str, size: int) -> bool:
    if not storage.exists(name):
        return False
    if storage.size(name) == size:
        return True
    storage.delete(name)  # what a killed worker left
    return False


def _failed(image: Image, error: Exception) -> Record:
    before = Record.read(image.renditions)
    waits = timedelta(minutes=10**before.attempts)
    again_at = _seconds(timezone.now() + waits) if before.attempts < ATTEMPTS else 0
    return Record(problem=_words(error), attempts=before.attempts, again_at=again_at)


def _words(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "The original is not in the storage any more. Upload the picture again."
    return f"{type(error).__name__}: {error}"[:500]


def _note(image: Image, record: Record) -> None:
    """Write the outcome, unless somebody moved the focal point or deleted the picture meanwhile."""
    with transaction.atomic():
        now = Image.objects.select_for_update().filter(pk=image.pk).first()
        if now is None:
            for copy in record.files():
                image.file.storage.delete(copy.name)
        elif (now.focal_x, now.focal_y) == (image.focal_x, image.focal_y):
            now.renditions = record.as_json()
            now.save(update_fields=["renditions"])


def _seconds(at: datetime) -> int:
    return int(at.timestamp())
