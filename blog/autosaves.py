"""What the editor's page saves by itself floods no history and changes no decision: the rules."""

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import ForeignObjectRel

from blog.models import Post, Revision

_WHY_NOT = {
    Post.Status.IN_REVIEW: "This post is in review, and an edit takes it back.",
    Post.Status.APPROVED: "This post is approved, and an edit starts a new draft.",
}


class AutosaveNotAllowed(Exception):
    """Saving would change what was decided about the post; that takes a person who means it."""

    def __init__(self, post: Post) -> None:
        reason = _WHY_NOT[Post.Status(post.status)]
        super().__init__(f"{reason} So nothing is saved by itself: press Save when you mean it.")


def check(post: Post) -> None:
    """Raise AutosaveNotAllowed unless the newest text of `post` is a draft already.

    In review, scheduled, with an update that waits, live without a newer text: all of these are
    decisions about the newest text, which any new revision takes back.
    """
    if post.status in _WHY_NOT:
        raise AutosaveNotAllowed(post)


def gives_way(latest: Revision, *, by: AbstractBaseUser | None) -> bool:
    """Whether `latest` is an autosave of the same person, and nothing refers to it but its post."""
    is_theirs = latest.is_autosave and by is not None and latest.created_by_id == by.pk
    return is_theirs and not _is_referred_to(latest)


def _is_referred_to(revision: Revision) -> bool:
    # Whatever floor the other tables stand on: decisions, approvals, deliveries.
    relations = Revision._meta.get_fields(include_hidden=True)
    keys = [relation.field for relation in relations if isinstance(relation, ForeignObjectRel)]
    return any(
        key.model._base_manager.filter(**{key.name: revision}).exists()
        for key in keys
        if key.name != "latest_revision"
    )
