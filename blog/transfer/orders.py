"""What the desk asks for: an import that is looked through, then confirmed; an export.

Each order is a row, and a worker carries it out: see `blog.transfer.porter`.
"""

from datetime import datetime
from typing import IO, Any

from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from pydantic import BaseModel, ConfigDict

from blog.models import Transfer
from blog.transfer import publisher, tasks
from blog.transfer.move import Options
from blog.transfer.reading import Choices


class NotNow(Exception):
    """The order is not in the state for it; the message says what it is."""


class Wishes(BaseModel):
    """What somebody said about the other blog and wants of the move; kept with the order."""

    model_config = ConfigDict(frozen=True)

    url: str = ""
    hosts: tuple[str, ...] = ()
    source: str = ""
    primary_tag_is_category: bool = False
    publish: bool = False
    again: bool = False
    fetch_images: bool = True
    all_media: bool = False
    author: str = ""
    # Of an export: what readers see, alone.
    published_only: bool = False

    def choices(self) -> Choices:
        """Return what a reader is told."""
        names = ("url", "hosts", "source", "primary_tag_is_category")
        return Choices(**{name: getattr(self, name) for name in names})

    def options(self, *, by: User | None, apply: bool) -> Options:
        """Return what an import is told."""
        names = ("publish", "again", "fetch_images", "all_media", "author")
        return Options(by=by, apply=apply, **{name: getattr(self, name) for name in names})


def may(user: User | AnonymousUser, kind: str) -> bool:
    """Whether the user may order a move of this kind."""
    return bool(user.is_active and user.has_perm(f"blog.{kind}_posts"))


def may_publish(user: User | AnonymousUser) -> bool:
    """Whether what the user moves in may go live at once."""
    desk = publisher.current()
    return desk is not None and isinstance(user, User) and desk.allows(user)


def order_import(
    format_name: str, file: IO[bytes], *, name: str, wishes: Wishes, by: User
) -> Transfer:
    """Keep the file, and have it looked through: nothing else changes before `confirm`.

    Raises PermissionDenied.
    """
    _check(by, Transfer.Kind.IMPORT, wishes)
    kept = File(file, name=name)
    return _order(
        Transfer(
            kind=Transfer.Kind.IMPORT,
            format=format_name,
            is_trial=True,
            file=kept,
            name=name[-200:],
            wishes=wishes.model_dump(mode="json"),
            by=by,
        )
    )


def order_export(format_name: str, *, wishes: Wishes, by: User) -> Transfer:
    """Have the blog written into an archive. Raises PermissionDenied."""
    _check(by, Transfer.Kind.EXPORT, wishes)
    kept = wishes.model_dump(mode="json")
    return _order(Transfer(kind=Transfer.Kind.EXPORT, format=format_name, wishes=kept, by=by))


def confirm(transfer: Transfer, *, by: User, now: datetime | None = None) -> None:
    """Have what was looked through really brought, on behalf of `by`.

    Raises NotNow, PermissionDenied.
    """
    _check(by, Transfer.Kind.IMPORT, Wishes.model_validate(transfer.wishes))
    _send(transfer, [Transfer.State.ASKING], now, by=by, is_trial=False)


def try_again(transfer: Transfer, *, by: User, now: datetime | None = None) -> None:
    """Have it done again, which goes on where it ended. Raises NotNow, PermissionDenied."""
    _check(by, transfer.kind, Wishes.model_validate(transfer.wishes))
    if transfer.kind == Transfer.Kind.IMPORT and not transfer.file:
        raise NotNow("Its file was removed meanwhile. Upload it again.")
    _send(transfer, [Transfer.State.FAILED, Transfer.State.STOPPED], now, by=by)


def stop(transfer: Transfer, *, by: User, now: datetime | None = None) -> None:
    """Let it end at the next post; what was brought stays. Raises NotNow, PermissionDenied."""
    _check(by, transfer.kind, Wishes())
    words = f"{by.get_full_name() or by} stopped it."
    _change(
        transfer,
        [Transfer.State.WAITING, Transfer.State.WORKING, Transfer.State.ASKING],
        state=Transfer.State.STOPPED,
        finished_at=now or timezone.now(),
        problem=words,
    )


def _check(by: User, kind: str, wishes: Wishes) -> None:
    if not may(by, kind) or (wishes.publish and not may_publish(by)):
        raise PermissionDenied


def _order(transfer: Transfer) -> Transfer:
    transfer.save()
    transaction.on_commit(tasks.ring, robust=True)
    return transfer


def _send(
    transfer: Transfer, sources: list[Transfer.State], now: datetime | None, **values: Any
) -> None:
    """Send it to the workers anew."""
    fresh = {"done": 0, "total": 0, "attempts": 0, "problem": "", "finished_at": None}
    seen_at = now or timezone.now()
    _change(transfer, sources, state=Transfer.State.WAITING, seen_at=seen_at, **fresh, **values)
    transaction.on_commit(tasks.ring, robust=True)


def _change(transfer: Transfer, sources: list[Transfer.State], **values: Any) -> None:
    changed = Transfer.objects.filter(pk=transfer.pk, state__in=sources).update(**values)
    transfer.refresh_from_db()
    if not changed:
        raise NotNow(f"This is “{transfer.get_state_display()}” by now. Nothing was changed.")
