"""What can be decided about many posts at once; the workflow decides about each by itself."""

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.utils import timezone

from blog.admin.bulk import Action
from blog.models import Post
from publishing import workflow
from publishing.admin import decisions

_NO_NOTE: dict[str, Any] = {"note": ""}


class ApproveForm(decisions.ApproveForm):
    """One time and one note for all; the revisions are those that were looked at."""

    revision = None  # type: ignore[assignment]


def _approval_of(post: Post) -> str:
    if post.is_live and post.approved_revision and post.latest_revision:
        shown, newer = post.approved_revision.number, post.latest_revision.number
        return f"Live: readers get revision {newer} instead of revision {shown}."
    if post.publish_at and post.publish_at > timezone.now():
        at = timezone.localtime(post.publish_at)
        return f"Readers see it from {at:%-d %B %Y, %H:%M}, as was set earlier, or from your time."
    return "Readers see it."


def _submission_of(post: Post) -> str:
    if post.is_live:
        return "The newer text waits for an approver; readers keep what they have."
    return "It waits for an approver."


def _return_of(post: Post) -> str:
    keeps = " Readers keep what they have." if post.is_live else ""
    return f"It goes back to its writers with your note.{keeps}"


def _withdrawal_of(post: Post) -> str:
    if post.is_live:
        return "Live: readers don’t see it any more, and its address says that it is gone."
    if post.is_scheduled and post.publish_at:
        at = timezone.localtime(post.publish_at)
        return f"It does not appear on {at:%-d %B %Y, %H:%M}."
    return "It leaves the desk for the archive."


def _action(
    name: str, form: type[forms.Form], foretell: Any, rehearsed_with: dict[str, Any], **more: Any
) -> Action:
    def do(post: Post, filled: dict[str, Any], by: User) -> str:
        # The loop has made sure that this is the revision somebody looked at.
        seen = post.latest_revision.number if post.latest_revision else None
        return decisions.decide(name, post, filled | {"revision": seen}, by=by)

    return Action(
        name=name,
        label=workflow.TRANSITIONS[name].label,
        permission=f"publishing.{name}_post",
        form=form,
        foretell=foretell,
        do=do,
        refusals=(workflow.TransitionNotAllowed,),
        rehearsed_with=rehearsed_with,
        **more,
    )


ACTIONS = [
    _action("submit", decisions.NoteForm, _submission_of, _NO_NOTE),
    _action("approve", ApproveForm, _approval_of, _NO_NOTE | {"publish_at": None}),
    _action("request_changes", decisions.RequestChangesForm, _return_of, {"note": "…"}),
    _action("withdraw", decisions.NoteForm, _withdrawal_of, _NO_NOTE, is_dangerous=True),
]
