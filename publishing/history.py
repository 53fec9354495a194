"""What happened to a post, as the review page tells it: the decisions, and the edits between them.

An edit is no transition, and needs no more than the right to edit. But it takes back what was
decided about the text before it. Nobody has to write that down: it follows from two kinds of rows
that are never changed, the workflow's events and the revisions.
"""

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from django.contrib.auth.models import AbstractBaseUser

from blog.models import Post, Revision
from publishing.models import WorkflowEvent

SHOWN = 30


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A decision (`event`), or an edit: then `revision` is what was saved."""

    revision: Revision
    event: WorkflowEvent | None = None
    # The edit took the post back from review ...
    left_review: bool = False
    # ... or took back the approval that would have shown it from then on.
    was_to_appear_at: datetime | None = None

    @property
    def who(self) -> AbstractBaseUser | None:
        """Whose doing it was; None for the house's own."""
        return self.event.actor if self.event else self.revision.created_by

    @property
    def at(self) -> datetime:
        """When it was."""
        return self.event.created_at if self.event else self.revision.created_at

    @property
    def appears_at(self) -> datetime | None:
        """The time to come that the decision set; None for one that holds at once."""
        if self.event is None or self.event.transition not in ("approve", "reschedule"):
            return None
        at = self.event.publish_at
        return at if at and at > self.event.created_at else None

    @property
    def note(self) -> str:
        """The words they left with it."""
        return self.event.note if self.event else self.revision.note


def of_post(post: Post) -> list[Entry]:
    """Return the latest of what happened to the post, the newest first."""
    events = list(
        post.workflow_events.select_related("actor", "revision").defer(
            "revision__body", "revision__body_html"
        )[:SHOWN]
    )
    # A post that was brought back has a new revision of the same words.
    brought_back = {event.revision_id for event in events if event.transition == "restore"}
    # Of several decisions about a revision the last one counts.
    decided = {event.revision.number: event for event in reversed(events)}
    saved = post.revisions.select_related("created_by").defer("body", "body_html")[: SHOWN + 1]
    # Numbers have gaps where autosaves were overtaken.
    edits = [
        _edit(revision, decided.get(before.number) if before else None)
        for revision, before in pairwise([*saved, None])
        if revision and revision.pk not in brought_back
    ]
    decisions = [Entry(revision=event.revision, event=event) for event in events]
    return sorted(decisions + edits, key=_place, reverse=True)[:SHOWN]


def time_to_come(post: Post, now: datetime) -> datetime | None:
    """Return when readers were to get the newest text, by a decision that an edit overtook or not.

    None where there is none, or where it has passed.
    """
    decided = post.workflow_events.exclude(transition__in=["submit", "request_changes"]).first()
    times = (post.update_at, post.publish_at, decided.publish_at if decided else None)
    return next((at for at in times if at and at > now), None)


def _edit(revision: Revision, overtaken: WorkflowEvent | None) -> Entry:
    """Tell what the edit did to the decision about the revision before it."""
    status = overtaken.to_status if overtaken else ""
    appears = overtaken.publish_at if overtaken and status == Post.Status.APPROVED else None
    return Entry(
        revision=revision,
        left_review=status == Post.Status.IN_REVIEW,
        was_to_appear_at=appears if appears and appears > revision.created_at else None,
    )


def _place(entry: Entry) -> tuple[int, int]:
    # A decision about a revision came after it was saved and before the next one was.
    return entry.revision.number, entry.event.pk if entry.event else 0
