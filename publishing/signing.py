"""An approval is a signature over a revision's digest by somebody who had no hand in it.

The database keeps the same rules by triggers (migrations 0004 and 0006), for whoever comes by
another door.
"""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User

from blog import rendering
from blog.models import Post, Revision
from generation.models import Run
from publishing.models import Approval
from publishing.transitions import TransitionNotAllowed


class FourEyesViolation(TransitionNotAllowed):
    """The approver wrote, commissioned or edited what is to be approved, or its brief."""


class DigestMismatch(TransitionNotAllowed):
    """The revision is not what was saved: somebody changed it, or its HTML, behind our back."""


def sign(revision: Revision, *, by: User, now: datetime) -> Approval:
    """Return the approval of `revision` by `by`. No account is an exception, superusers included.

    Raises FourEyesViolation, DigestMismatch.
    """
    _check_digest(revision)
    had_a_hand = has_a_hand_in(revision, by)
    if had_a_hand and settings.FOUR_EYES:
        raise FourEyesViolation(
            "You wrote, commissioned or edited this text or its brief, so somebody else has to"
            " approve it."
        )
    return _approve(revision, by=by, is_four_eyes=not had_a_hand, now=now)


def vouch(revision: Revision, *, by: User, now: datetime) -> Approval:
    """Return the approval of a text that was published elsewhere before, by whoever moved it.

    Nobody here has read it with other eyes, and the approval says so for ever.
    Raises DigestMismatch.
    """
    _check_digest(revision)
    return _approve(revision, by=by, is_four_eyes=False, now=now)


def _check_digest(revision: Revision) -> None:
    digest = revision.compute_digest()
    if digest != revision.digest:
        raise DigestMismatch(
            f"Revision {revision.number} does not match its digest: it, or its cover picture, was"
            " changed after it was saved. Save the post again, then approve the new revision."
        )
    if revision.body_html != rendering.render_markdown(revision.body):
        raise DigestMismatch(
            f"What readers would see of revision {revision.number} is not what its text says."
            " Save the post again, then approve the new revision."
        )


def _approve(revision: Revision, *, by: User, is_four_eyes: bool, now: datetime) -> Approval:
    return Approval.objects.create(
        revision=revision,
        digest=revision.digest,
        approved_by=by,
        is_four_eyes=is_four_eyes,
        approved_at=now,
    )


def needs_somebody_else(post: Post, user: User | AnonymousUser) -> bool:
    """Whether four eyes forbid the user to approve the post's latest revision."""
    revision = post.latest_revision
    if not (settings.FOUR_EYES and revision and isinstance(user, User)):
        return False
    return has_a_hand_in(revision, user)


def has_a_hand_in(revision: Revision, user: User) -> bool:
    """Whether the user wrote or edited it since the last approval, or commissioned the post."""
    if user.pk in revision.contributor_ids:
        return True
    was_approved_before = Approval.objects.filter(
        revision__post=revision.post_id, revision__number__lt=revision.number
    )
    return (
        Run.objects.filter(post=revision.post_id, requested_by=user).exists()
        and not was_approved_before.exists()
    )
