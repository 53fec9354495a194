"""Every move a post can make at the desk, as one table; whatever is not in it is refused."""

from dataclasses import dataclass

from blog.models import Post

Status = Post.Status


@dataclass(frozen=True, kw_only=True)
class Transition:
    """One permitted move; whoever makes it needs the permission `publishing.<name>_post`."""

    name: str
    label: str
    sources: tuple[Status, ...]
    target: Status
    # The house itself may do it, on behalf of nobody.
    is_open_to_system: bool = False
    # There is a button for it.
    is_at_desk: bool = True


TRANSITIONS: dict[str, Transition] = {
    move.name: move
    for move in (
        Transition(
            name="submit",
            label="Submit for review",
            sources=(Status.DRAFT,),
            target=Status.IN_REVIEW,
            is_open_to_system=True,
        ),
        Transition(
            name="request_changes",
            label="Request changes",
            sources=(Status.IN_REVIEW,),
            target=Status.DRAFT,
        ),
        Transition(
            name="approve",
            label="Approve",
            sources=(Status.IN_REVIEW,),
            target=Status.APPROVED,
        ),
        Transition(
            name="reschedule",
            label="Change the time",
            sources=(Status.APPROVED,),
            target=Status.APPROVED,
        ),
        Transition(
            name="withdraw",
            label="Withdraw",
            sources=(Status.DRAFT, Status.IN_REVIEW, Status.APPROVED),
            target=Status.ARCHIVED,
        ),
        Transition(
            name="restore",
            label="Bring back as a draft",
            sources=(Status.ARCHIVED,),
            target=Status.DRAFT,
        ),
        Transition(
            name="import_live",
            label="Put an imported post live",
            sources=(Status.DRAFT,),
            target=Status.APPROVED,
            is_at_desk=False,
        ),
    )
}


class TransitionNotAllowed(Exception):
    """The post is in no state for it; the message says why and what to do instead."""


class NotPermitted(TransitionNotAllowed):
    """The actor's groups don't allow it."""
