"""Carries out what the desk ordered: a worker takes one order at a time and says how far it is.

A worker that is killed says nothing any more; another one then begins the same order again, which
goes on where that one ended. One that only slept finds its order taken, and ends.
"""

import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from django.contrib.auth.models import User
from django.core.files.base import File
from django.db import DatabaseError, connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.text import get_valid_filename

from blog.models import Transfer
from blog.transfer import exporting, importing, package, sink
from blog.transfer.orders import Wishes
from blog.transfer.outgoing import Outgoing
from blog.transfer.publisher import PublishingRefused
from blog.transfer.reading import FormatRefused

log = structlog.get_logger(__name__)

ATTEMPTS = 3
LEASE = timedelta(minutes=2)
KEPT = timedelta(days=14)
# By then a message that was not lost has arrived.
_PATIENCE = timedelta(seconds=30)
_BEAT_SECONDS = 15.0
_TELL_SECONDS = 0.5
_REFUSALS = (
    FormatRefused,
    PublishingRefused,
    importing.AlreadyRunning,
    package.PackageRefused,
    sink.SinkRefused,
)
_hands = threading.Lock()


class Ended(Exception):
    """Somebody stopped the order, or another worker took it."""


def carry_all() -> int:
    """Carry out all orders that wait, one after the other, and return how many those were."""
    count = 0
    while transfer := _claim(timezone.now()):
        _carry(transfer)
        count += 1
    return count


def catch_up(now: datetime) -> None:
    """Find orders whose message was lost or whose worker died, and files of no more use."""
    _remove_old_files(now)
    if _to_do(now, waits=_PATIENCE).exists() and _hands.acquire(blocking=False):
        threading.Thread(target=_work_aside, name="carry-transfers", daemon=True).start()


def _work_aside() -> None:
    """The chores of the house go on meanwhile."""
    try:
        carry_all()
    except Exception:
        log.exception("transfers_not_carried")
    finally:
        connection.close()
        _hands.release()


def _to_do(now: datetime, *, waits: timedelta = timedelta(0)) -> Any:
    is_waiting = Q(state=Transfer.State.WAITING, seen_at__lte=now - waits)
    return Transfer.objects.filter(
        is_waiting | Q(state=Transfer.State.WORKING, seen_at__lt=now - LEASE)
    )


def _claim(now: datetime) -> Transfer | None:
    """Return an order that is ours now, the oldest first; None if there is nothing to do."""
    with transaction.atomic():
        rows = _to_do(now).select_for_update(skip_locked=True, of=("self",)).order_by("pk")
        transfer: Transfer | None = rows.select_related("by").first()
        if transfer is None:
            return None
        transfer.state, transfer.seen_at = Transfer.State.WORKING, now
        transfer.started_at = transfer.started_at or now
        transfer.attempts += 1
        transfer.save()
    return transfer


def _carry(transfer: Transfer) -> None:
    """Do it, whatever happens, and note what came of it."""
    try:
        if transfer.attempts > ATTEMPTS:
            raise sink.SinkRefused("Its workers died over it, several times. The logs may say why.")
        with _alive(transfer):
            outcome = _DOERS[transfer.kind](transfer, _teller(transfer))
        _note(transfer, outcome)
    except Ended:
        return
    except _REFUSALS as refused:
        _fail(transfer, str(refused))
    except Exception:
        log.exception("transfer_failed", transfer_id=transfer.pk)
        _fail(transfer, "Something unexpected happened; the log says what.")


def _bring(transfer: Transfer, progress: importing.Progress) -> dict[str, Any]:
    wishes = Wishes.model_validate(transfer.wishes)
    by = transfer.by if isinstance(transfer.by, User) and transfer.by.is_active else None
    with _own_folder() as folder:
        copy = folder / (get_valid_filename(Path(transfer.name).name) or "upload")
        with transfer.file.open("rb") as upload, copy.open("xb") as out:
            shutil.copyfileobj(upload, out)
        report = importing.run(
            transfer.format,
            copy,
            choices=wishes.choices(),
            options=wishes.options(by=by, apply=not transfer.is_trial),
            progress=progress,
        )
    state = Transfer.State.ASKING if transfer.is_trial else Transfer.State.DONE
    return {"state": state, "report": report.as_json()}


def _take_out(transfer: Transfer, progress: importing.Progress) -> dict[str, Any]:
    wishes = Wishes.model_validate(transfer.wishes)
    outgoing = Outgoing(published_only=wishes.published_only, progress=progress)
    name = f"{transfer.format}-{timezone.localtime():%Y-%m-%d}.zip"
    with _own_folder() as folder:
        exporting.run(transfer.format, folder / name, outgoing)
        with (folder / name).open("rb") as archive:
            field = transfer.file
            kept = field.storage.save(field.field.generate_filename(transfer, name), File(archive))
    report = {"counts": dict(sorted(outgoing.counts.items())), "problems": outgoing.problems[:500]}
    return {"state": Transfer.State.DONE, "report": report, "file": kept, "name": name}


_DOERS: dict[str, Callable[[Transfer, importing.Progress], dict[str, Any]]] = {
    Transfer.Kind.IMPORT: _bring,
    Transfer.Kind.EXPORT: _take_out,
}


@contextmanager
def _own_folder() -> Iterator[Path]:
    """A folder with nothing of anybody else's in it."""
    with tempfile.TemporaryDirectory(prefix="transfer-") as folder:
        yield Path(folder)


@contextmanager
def _alive(transfer: Transfer) -> Iterator[None]:
    """Give signs of life meanwhile, also during what takes long."""
    ended = threading.Event()

    def beat() -> None:
        try:
            while not ended.wait(_BEAT_SECONDS):
                _ours(transfer).update(seen_at=timezone.now())
        except DatabaseError:
            log.warning("transfer_heartbeat_failed", transfer_id=transfer.pk, exc_info=True)
        finally:
            connection.close()

    thread = threading.Thread(target=beat, name="transfer-heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _teller(transfer: Transfer) -> importing.Progress:
    """Return what notes how far it is, now and then. It raises Ended once it is not ours."""
    told_at = -_TELL_SECONDS

    def tell(done: int, total: int) -> None:
        nonlocal told_at
        if time.monotonic() - told_at < _TELL_SECONDS and done < total:
            return
        told_at = time.monotonic()
        if not _ours(transfer).update(done=done, total=total, seen_at=timezone.now()):
            raise Ended

    return tell


def _ours(transfer: Transfer) -> Any:
    return Transfer.objects.filter(
        pk=transfer.pk, state=Transfer.State.WORKING, attempts=transfer.attempts
    )


def _note(transfer: Transfer, outcome: dict[str, Any]) -> None:
    """Write the outcome; nobody needs the upload any more once it was brought."""
    is_kept = _ours(transfer).update(finished_at=timezone.now(), problem="", **outcome)
    made = outcome.get("file")
    if made and not is_kept:
        transfer.file.storage.delete(made)
    elif is_kept and not made and outcome["state"] == Transfer.State.DONE:
        _remove_file(transfer)


def _fail(transfer: Transfer, words: str) -> None:
    _ours(transfer).update(state=Transfer.State.FAILED, problem=words, finished_at=timezone.now())


def _remove_old_files(now: datetime) -> None:
    old = Transfer.objects.filter(finished_at__lt=now - KEPT).exclude(file="")
    for transfer in old.exclude(state__in=[Transfer.State.WAITING, Transfer.State.WORKING])[:20]:
        _remove_file(transfer)


def _remove_file(transfer: Transfer) -> None:
    name = transfer.file.name
    Transfer.objects.filter(pk=transfer.pk).update(file="")
    if name:
        transfer.file.storage.delete(name)
