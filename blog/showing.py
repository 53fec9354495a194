"""What readers see of a post: a revision's content, copied into the post's own columns."""

from datetime import datetime

import structlog
from django.db import DatabaseError, transaction
from django.utils import timezone

from blog import addresses
from blog.models import Content, Post, Revision, Tag
from blog.search import spelling

log = structlog.get_logger(__name__)

_COPIED = [f.attname for f in Content._meta.fields]


def show(post: Post, revision: Revision) -> None:
    """Copy the revision's content into the post's own columns and save the post."""
    before = post.get_absolute_url() if post.is_live or post.withdrawn_at else ""
    overlay(post, revision)
    _save_shown(post, revision, before=before)


def show_due_updates(now: datetime | None = None) -> int:
    """Show the approved newer texts whose time has come, and return how many those were.

    Whoever comes first does it, a reader's request or a worker: nobody depends on a job. One that
    can't be shown is logged and tried again the next time; it makes no other one wait.
    """
    now = now or timezone.now()
    due = Post.objects.with_due_update(now).order_by("update_at").values_list("pk", flat=True)
    return sum(_show_due_update(pk, now) for pk in list(due[:100]))


def _show_due_update(post_id: int, now: datetime) -> bool:
    try:
        with transaction.atomic():
            due = Post.objects.with_due_update(now).filter(pk=post_id)
            post = due.select_for_update(skip_locked=True).first()
            if post is None or post.update_revision is None:
                return False
            show_instead(post, post.update_revision, since=post.update_at or now)
    except DatabaseError:
        log.exception("update_not_shown", post_id=post_id)
        return False
    return True


def show_instead(post: Post, revision: Revision, *, since: datetime) -> None:
    """Let readers of a live post have `revision` instead of the one they had, `since` then."""
    before = post.get_absolute_url()
    post.approved_revision, post.changed_at = revision, since
    post.update_revision = post.update_at = None
    overlay(post, revision)
    _save_shown(post, revision, before=before)


def overlay(post: Post, revision: Revision) -> Post:
    """Return `post` with the revision's content in memory, saving nothing."""
    for name in _COPIED:
        setattr(post, name, getattr(revision, name))
    return post


def _save_shown(post: Post, revision: Revision, *, before: str) -> None:
    # What readers knew under another address leads to the new one.
    if before and before != post.get_absolute_url():
        addresses.leave_redirect(before, post)
    post.updated_at = timezone.now()
    post.save()
    post.tags.set(Tag.objects.filter(pk__in=revision.tag_ids))
    if post.approved_revision_id == revision.pk:
        spelling.learn(post)
