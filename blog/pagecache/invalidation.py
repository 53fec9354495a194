"""Whatever changes a public page makes all kept pages worthless, as soon as it is committed.

One version for the whole site, because one post stands on many pages: its own, lists, feeds, the
map of the site, its neighbours. What readers can't see (a draft, an autosave, an upload that nobody
shows yet) changes nothing.
"""

from typing import Any

from django.db import models
from django.db.models.signals import m2m_changed, post_delete, post_save

from blog.models import Author, Category, Image, Post, Redirect, Tag
from blog.pagecache.store import bump_on_commit

# Columns of a live post that change while somebody edits it; no reader sees them.
_UNSEEN = {"latest_revision", "status", "updated_at", "update_revision"}


def listen() -> None:
    """Hear of every change that a model's own methods make; querysets say it themselves."""
    for model in (Author, Category, Tag, Redirect, Image):
        post_delete.connect(_after_change, sender=model)
    for model in (Category, Redirect):
        post_save.connect(_after_change, sender=model)
    for model in (Author, Tag, Image):
        post_save.connect(_after_save, sender=model)
    post_save.connect(_after_post, sender=Post)
    post_delete.connect(_after_post, sender=Post)
    m2m_changed.connect(_after_tags, sender=Post.tags.through)


def _after_change(**_: Any) -> None:
    bump_on_commit()


def _after_save(*, created: bool, **_: Any) -> None:
    # A new one stands on no page before a post has it.
    if not created:
        bump_on_commit()


def _after_post(*, instance: Post, update_fields: Any = None, **_: Any) -> None:
    unseen = _UNSEEN if instance.update_at else {*_UNSEEN, "update_at"}
    if _is_seen(instance) and not (update_fields and unseen.issuperset(update_fields)):
        bump_on_commit()


def _after_tags(*, instance: models.Model, action: str, **_: Any) -> None:
    if action.startswith("post_") and (not isinstance(instance, Post) or _is_seen(instance)):
        bump_on_commit()


def _is_seen(post: Post) -> bool:
    """Readers see it, will see it at a known time, or are told that it is gone."""
    return post.approved_revision_id is not None or post.withdrawn_at is not None
