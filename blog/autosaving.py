"""What somebody types is saved by itself, but only where that takes back no decision."""

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from blog import revisions
from blog.models import Post, Revision

_KEPT = "Your text is kept on this computer until you press Save"
# What was never saved has no place on the server yet.
KEPT_UNTIL_SAVED = f"{_KEPT}."


class NotByItself(Exception):
    """A save would take back a decision about the post: a person has to press the button."""


def why_not(post: Post) -> str:
    """Return why `post` is not saved by itself, as a sentence for whoever types; "" if it is."""
    if post.status == Post.Status.ARCHIVED:
        return str(revisions.PostArchived())
    if post.status == Post.Status.IN_REVIEW:
        return f"{_KEPT}, because saving takes the post back from review."
    if post.update_revision_id is not None:
        return f"{_KEPT}, because saving takes back the approval of the update that waits."
    if post.is_scheduled:
        return f"{_KEPT}, because saving takes back the approval, and the post would not appear."
    if post.status == Post.Status.APPROVED:
        return f"{_KEPT}: it will be a newer text of a post that readers see."
    return ""


def autosave(
    post: Post, draft: revisions.Draft, *, by: AbstractBaseUser, based_on: Revision | None
) -> Revision:
    """Save `draft` as the newest revision, marked as saved by itself, and return it.

    Raises NotByItself, and whatever `revisions.save_revision` refuses with.
    """
    with transaction.atomic():
        # Looked at under the lock: somebody may submit the post at this very moment.
        locked = Post.objects.select_for_update().get(pk=post.pk)
        if reason := why_not(locked):
            raise NotByItself(reason)
        return revisions.save_revision(locked, draft, by=by, based_on=based_on, is_autosave=True)
