"""What the editor's page saves by itself floods no history and changes no decision: the rules."""

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import ForeignObjectRel

from blog.models import Post, Revision

_KEPT = "Your text is kept on this computer until you press Save"
# What was never saved has no place on the server yet.
KEPT_UNTIL_SAVED = f"{_KEPT}."


class AutosaveNotAllowed(Exception):
    """Saving would change what was decided about the post; that takes a person who means it."""


def why_not(post: Post) -> str:
    """Return why `post` is not saved by itself, as a sentence for whoever types; "" if it is.

    In review, scheduled, with an update that waits, live without a newer text: all of these are
    decisions about the newest text, which any new revision takes back.
    """
    if post.status == Post.Status.IN_REVIEW:
        return f"{_KEPT}, because saving takes the post back from review."
    if post.update_revision_id is not None:
        return f"{_KEPT}, because saving takes back the approval of the update that waits."
    if post.is_scheduled:
        return f"{_KEPT}, because saving takes back the approval, and the post would not appear."
    if post.status == Post.Status.APPROVED:
        return f"{_KEPT}: it will be a newer text of a post that readers see."
    return ""


def check(post: Post) -> None:
    """Raise AutosaveNotAllowed unless the newest text of `post` is a draft already."""
    if reason := why_not(post):
        raise AutosaveNotAllowed(reason)


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
