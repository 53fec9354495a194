"""What an editor fills in for each decision; the decision itself is the workflow's."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils import timezone

from blog.admin import states
from blog.admin_theme import widgets
from blog.models import Post, Revision
from publishing import workflow


class MomentField(forms.DateTimeField):
    """A wall time of the site's time zone, typed with the browser's own picker."""

    def __init__(self, **kwargs: Any) -> None:
        picker = forms.DateTimeInput(
            attrs={"type": "datetime-local", "class": "ab-input"}, format="%Y-%m-%dT%H:%M"
        )
        super().__init__(widget=picker, input_formats=["%Y-%m-%dT%H:%M"], **kwargs)


class NoteForm(forms.Form):
    """A decision with a few words to it."""

    note = forms.CharField(
        label="Note",
        required=False,
        max_length=2000,
        widget=widgets.Textarea(attrs={"rows": 3}),
    )

    def clean_note(self) -> str:
        """Without blanks around it."""
        note: str = self.cleaned_data["note"]
        return note.strip()


class RequestChangesForm(NoteForm):
    """Sending back needs a reason."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].required = True
        self.fields["note"].label = "What should change"
        self.fields["note"].error_messages["required"] = "Say what should change."


class ApproveForm(NoteForm):
    """Approval of the revision that was looked at, now or for a time to come."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    when = forms.ChoiceField(
        label="Readers see it",
        choices=[("now", "as soon as I approve"), ("at", "from")],
        initial="now",
        widget=forms.RadioSelect,
    )
    publish_at = MomentField(label="Date and time", required=False)
    field_order = ["revision", "when", "publish_at", "note"]

    def clean(self) -> dict[str, Any]:
        """A time that was asked for has to be given, and lie ahead."""
        cleaned = super().clean() or {}
        if cleaned.get("when") == "now":
            cleaned["publish_at"] = None
        elif "publish_at" not in self.errors:
            _check_ahead(self, cleaned.get("publish_at"))
        return cleaned


class RescheduleForm(NoteForm):
    """Another time for an approved post."""

    publish_at = MomentField(label="Readers see it from")
    field_order = ["publish_at", "note"]

    def clean(self) -> dict[str, Any]:
        """The new time lies ahead."""
        cleaned = super().clean() or {}
        if "publish_at" not in self.errors:
            _check_ahead(self, cleaned.get("publish_at"))
        return cleaned


# In the order of the page.
FORMS: dict[str, type[NoteForm]] = {
    "approve": ApproveForm,
    "request_changes": RequestChangesForm,
    "reschedule": RescheduleForm,
    "submit": NoteForm,
    "restore": NoteForm,
    "withdraw": NoteForm,
}


def decide(name: str, post: Post, filled: dict[str, Any], *, by: User) -> str:
    """Make the decision `name` as `filled` in (its form's data) and return a sentence about it.

    Raises publishing.workflow.TransitionNotAllowed and its kin.
    """
    return _DECISIONS[name](post, filled, by)


def _approve(post: Post, filled: dict[str, Any], by: User) -> str:
    number = filled["revision"]
    reviewed = Revision.objects.filter(post=post, number=number).first()
    if reviewed is None:
        raise workflow.TransitionNotAllowed(
            f"This post has no revision {number}. Reload the page, read the text, then approve it."
        )
    workflow.approve(
        post, by=by, publish_at=filled["publish_at"], note=filled["note"], reviewed=reviewed
    )
    return f"Approved. {_when(post)}"


def _request_changes(post: Post, filled: dict[str, Any], by: User) -> str:
    workflow.request_changes(post, by=by, note=filled["note"])
    return "Sent back with your note. It is a draft again."


def _reschedule(post: Post, filled: dict[str, Any], by: User) -> str:
    workflow.reschedule(post, by=by, publish_at=filled["publish_at"], note=filled["note"])
    return _when(post)


def _submit(post: Post, filled: dict[str, Any], by: User) -> str:
    workflow.submit(post, by=by, note=filled["note"])
    return "Submitted. It waits for an approver."


def _withdraw(post: Post, filled: dict[str, Any], by: User) -> str:
    workflow.withdraw(post, by=by, note=filled["note"])
    return "Withdrawn. Readers don’t see it any more."


def _restore(post: Post, filled: dict[str, Any], by: User) -> str:
    workflow.restore(post, by=by, note=filled["note"])
    return "Brought back as a draft."


_DECISIONS: dict[str, Callable[[Post, dict[str, Any], User], str]] = {
    "approve": _approve,
    "request_changes": _request_changes,
    "reschedule": _reschedule,
    "submit": _submit,
    "withdraw": _withdraw,
    "restore": _restore,
}


def _when(post: Post) -> str:
    if post.update_at:
        return f"Readers keep what they have until {_on_our_clock(post.update_at)}."
    if post.is_live or post.publish_at is None:
        return "Readers see it now."
    return f"Readers see it from {_on_our_clock(post.publish_at)}."


def _on_our_clock(at: datetime) -> str:
    return f"{states.moment(at)} ({timezone.localtime(at).tzname()})"


def _check_ahead(form: forms.Form, moment: Any) -> None:
    if moment is None:
        form.add_error("publish_at", "Choose the date and time.")
    elif moment <= timezone.now():
        form.add_error(
            "publish_at",
            ValidationError("This time has passed. Choose a later one, or publish it now."),
        )
