"""The one way a post moves: each transition checks, changes, audits and announces in one place.

Every transition locks the post, looks whether its state and the actor's permission allow it, makes
the change, leaves a WorkflowEvent, and wakes the distribution once all of that is committed. Admin,
API and commands call the same functions.

`Post.status` is the decision about the latest revision; what readers get is `approved_revision`
from `publish_at` on.
"""

from collections.abc import Callable
from datetime import datetime

import structlog
from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction
from django.utils import timezone

from blog import addresses, crash_points, revisions, showing
from blog.models import Post, Revision
from generation import services
from publishing import bell, permissions, signing
from publishing.models import WorkflowEvent
from publishing.signing import DigestMismatch, FourEyesViolation
from publishing.transitions import TRANSITIONS, NotPermitted, Transition, TransitionNotAllowed

__all__ = [
    "TRANSITIONS",
    "DigestMismatch",
    "FourEyesViolation",
    "NotPermitted",
    "Transition",
    "TransitionNotAllowed",
    "approve",
    "available",
    "import_live",
    "request_changes",
    "reschedule",
    "restore",
    "submit",
    "withdraw",
]

# The columns that a decision may change; the text itself is saved by blog.revisions.
_DECIDED = [
    *("status", "approved_revision", "publish_at", "update_revision", "update_at"),
    *("changed_at", "withdrawn_at", "updated_at"),
]


def submit(
    post: Post, *, by: User | None, note: str = "", now: datetime | None = None
) -> WorkflowEvent:
    """Put the latest revision before the approvers. `by` is None for the house itself.

    Raises TransitionNotAllowed, NotPermitted.
    """
    return _move("submit", post, by=by, note=note, now=now)


def request_changes(
    post: Post, *, by: User, note: str, now: datetime | None = None
) -> WorkflowEvent:
    """Send the post back to its writers with a note. Raises TransitionNotAllowed, NotPermitted."""
    if not note.strip():
        raise TransitionNotAllowed("Say what should change: the writer sees your note.")
    return _move("request_changes", post, by=by, note=note, now=now)


def approve(
    post: Post,
    *,
    by: User,
    publish_at: datetime | None = None,
    note: str = "",
    reviewed: Revision | None = None,
    now: datetime | None = None,
) -> WorkflowEvent:
    """Sign the latest revision: readers get it from `publish_at` on; a past time means now.

    An update of a live post with a time to come waits for it, and readers keep what they have.
    Without `publish_at` a live post keeps its time, a time set earlier that is still to come
    stands, and any other post appears now. Give `reviewed`, the revision the approver looked at,
    so that nobody signs what was saved a moment later.
    Raises TransitionNotAllowed, NotPermitted, FourEyesViolation, DigestMismatch.
    """

    def change(locked: Post, at: datetime) -> None:
        revision = _latest(locked)
        if reviewed is not None and reviewed.pk != revision.pk:
            raise TransitionNotAllowed(
                f"Revision {revision.number} was saved after the one you reviewed"
                f" ({reviewed.number}). Read the new one, then approve it."
            )
        _refuse_taken_address(locked, revision)
        _refuse_blocked(locked)
        signing.sign(revision, by=by, now=at)
        if not _is_live(locked, at):
            locked.publish_at = max(publish_at or locked.publish_at or at, at)
            locked.approved_revision = revision
            showing.show(locked, revision)
        elif publish_at and publish_at > at:
            # Readers keep what they have until then.
            locked.update_revision, locked.update_at = revision, publish_at
        else:
            # Published once, an update does not make it young again unless somebody asks for it.
            locked.publish_at = at if publish_at else locked.publish_at
            showing.show_instead(locked, revision, since=at)

    return _move("approve", post, by=by, note=note, now=now, change=change)


def reschedule(
    post: Post,
    *,
    by: User,
    publish_at: datetime,
    note: str = "",
    now: datetime | None = None,
) -> WorkflowEvent:
    """Move the time of an approved post, or of an update, that is still to come; past means now.

    Raises TransitionNotAllowed, NotPermitted.
    """

    def change(locked: Post, at: datetime) -> None:
        if locked.update_revision is not None:
            locked.update_at = max(publish_at, at)
        elif _is_live(locked, at):
            raise TransitionNotAllowed(
                "Readers see this post already. Withdraw it if it should not be there."
            )
        else:
            locked.publish_at = max(publish_at, at)

    return _move("reschedule", post, by=by, note=note, now=now, change=change)


def withdraw(post: Post, *, by: User, note: str = "", now: datetime | None = None) -> WorkflowEvent:
    """Take the post off the site, or out of the queue, into the archive.

    Channels that heard of it are told. Raises TransitionNotAllowed, NotPermitted.
    """

    def change(locked: Post, at: datetime) -> None:
        if _is_live(locked, at):
            locked.withdrawn_at = at
        locked.approved_revision = locked.update_revision = None
        locked.publish_at = locked.update_at = locked.changed_at = None

    return _move("withdraw", post, by=by, note=note, now=now, change=change)


def restore(post: Post, *, by: User, note: str = "", now: datetime | None = None) -> WorkflowEvent:
    """Bring an archived post back, as a new revision: what was signed before has to be signed anew.

    Raises TransitionNotAllowed, NotPermitted.
    """

    def change(locked: Post, _at: datetime) -> None:
        _refuse_taken_address(locked, _latest(locked))
        revisions.save_revision(
            locked,
            revisions.draft_of(locked),
            by=by,
            note="Brought back from the archive",
            revives=True,
        )

    return _move("restore", post, by=by, note=note, now=now, change=change)


def import_live(
    post: Post,
    *,
    by: User,
    publish_at: datetime,
    changed_at: datetime | None = None,
    note: str = "",
    now: datetime | None = None,
) -> WorkflowEvent:
    """Let readers have a post that was published elsewhere before, dated as it was there.

    It is approved by nobody but whoever moves it, and its approval says so. A time to come is kept.
    Raises TransitionNotAllowed, NotPermitted, DigestMismatch.
    """

    def change(locked: Post, at: datetime) -> None:
        revision = _latest(locked)
        _refuse_taken_address(locked, revision)
        signing.vouch(revision, by=by, now=at)
        if _is_live(locked, at):
            showing.show_instead(locked, revision, since=changed_at or at)
            return
        locked.publish_at, locked.changed_at = publish_at, changed_at
        locked.approved_revision = revision
        showing.show(locked, revision)

    return _move("import_live", post, by=by, note=note, now=now, change=change)


def available(post: Post, user: User | AnonymousUser) -> list[Transition]:
    """Return the moves that would not be refused now, for the buttons."""
    return [
        move
        for move in TRANSITIONS.values()
        if move.is_at_desk
        and post.status in move.sources
        and permissions.can(user, move.name)
        and not (move.name == "reschedule" and post.is_live and post.update_at is None)
        and not (move.name == "approve" and signing.needs_somebody_else(post, user))
    ]


def _move(
    name: str,
    post: Post,
    *,
    by: User | None,
    note: str,
    now: datetime | None,
    change: Callable[[Post, datetime], None] | None = None,
) -> WorkflowEvent:
    """Lock, check, change, audit, announce; `post` shows the outcome afterwards."""
    move = TRANSITIONS[name]
    now = now or timezone.now()
    with transaction.atomic():
        locked = Post.objects.select_for_update().get(pk=post.pk)
        _check(move, locked, by=by)
        before = locked.status
        locked.status, locked.updated_at = move.target, now
        if change:
            change(locked, now)
        locked.save(update_fields=_DECIDED)
        event = WorkflowEvent.objects.create(
            post=locked,
            revision=_latest(locked),
            transition=name,
            from_status=before,
            to_status=locked.status,
            actor=by,
            publish_at=locked.update_at or locked.publish_at,
            note=note.strip(),
            request_id=structlog.contextvars.get_contextvars().get("request_id", "")[:64],
            created_at=now,
        )
        transaction.on_commit(bell.ring, robust=True)
        crash_points.reach("before_decision_commit")
    crash_points.reach("after_decision")
    post.refresh_from_db()
    return event


def _check(move: Transition, post: Post, *, by: User | None) -> None:
    if by is None:
        if not move.is_open_to_system:
            raise NotPermitted(f"“{move.label}” needs a person who answers for it.")
    elif not permissions.can(by, move.name):
        raise NotPermitted(
            f"Your account may not do this: “{move.label}” needs a permission that none of your"
            " groups has. Ask an administrator."
        )
    if post.status not in move.sources:
        expected = " or ".join(f"“{status.label}”" for status in move.sources)
        raise TransitionNotAllowed(
            f"“{move.label}” is for posts in {expected}; this one is “{post.get_status_display()}”."
        )


def _latest(post: Post) -> Revision:
    if post.latest_revision is None:
        raise TransitionNotAllowed("This post has no text yet. Write and save it first.")
    return post.latest_revision


def _is_live(post: Post, now: datetime) -> bool:
    return Post.objects.published(now).filter(pk=post.pk).exists()


def _refuse_blocked(post: Post) -> None:
    if found := services.blocking_findings(post):
        reasons = " ".join(
            finding.message + (f" “{finding.where}”" if finding.where else "")
            for finding in found[:3]
        )
        raise TransitionNotAllowed(
            f"The checks forbid it: {reasons} Edit the text, or ask for changes."
        )


def _refuse_taken_address(post: Post, revision: Revision) -> None:
    if addresses.taken([revision.slug], by_others_than=post):
        raise TransitionNotAllowed(
            f"Another post has the address “{revision.slug}” already. Save this one with another."
        )
