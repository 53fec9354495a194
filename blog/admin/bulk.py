"""One action on many posts: each by itself, so that a refusal stops none of the others.

Nothing is decided here. What an action does, what it will do, and what may refuse it, is the
action's own; `BULK_ACTIONS` in the settings assembles the lists, so that floors above add theirs.
Before anybody confirms, the action is rehearsed on every post and rolled back: the page says what
will happen, and not what somebody thought would.
"""

import logging
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils.module_loading import import_string

from blog.admin import states
from blog.admin_theme import desk_url
from blog.models import Post

# At once: so many that a person can have looked at what will happen to each.
MOST = 200
_NUMBER = re.compile("[0-9]{1,18}")
_GONE = "It does not exist any more."
_CHANGED = "It changed since you looked, so it was left alone. Look at it again, then decide."
_BROKE = "Something broke, so nothing was changed; it is in the log. Try this one by itself."
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Action:
    """Something that can be done to posts, one by one."""

    name: str
    label: str
    # What somebody needs who does it, as Django calls it.
    permission: str
    # What is asked once for all of them.
    form: type[forms.Form]
    # Says what it means for a post that nothing refuses.
    foretell: Callable[[Post], str]
    # Does it as filled in, and says what happened.
    do: Callable[[Post, dict[str, Any], User], str]
    refusals: tuple[type[Exception], ...]
    # What is filled in while it is rehearsed.
    rehearsed_with: dict[str, Any] = field(default_factory=dict)
    is_dangerous: bool = False


@dataclass(frozen=True)
class Item:
    """A post, as it was when somebody looked at it."""

    post_id: int
    seen: str

    @classmethod
    def of(cls, post: Post) -> "Item":
        """Return `post` as it is now."""
        return cls(post.pk, f"{post.latest_revision_id} {states.state_of(post).label}")

    @classmethod
    def parse(cls, token: str) -> "Item | None":
        """Return what `str` wrote; None for anything else."""
        number, _, seen = token.partition(" ")
        return cls(int(number), seen) if _NUMBER.fullmatch(number) else None

    def __str__(self) -> str:
        return f"{self.post_id} {self.seen}"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What happened to a post or, in a rehearsal, what will; else why it does not."""

    item: Item
    is_done: bool
    words: str
    post: Post | None = None

    @property
    def url(self) -> str:
        """Where the post is worked on."""
        return desk_url(self.item.post_id)

    @property
    def state(self) -> states.PostState | None:
        """Where the post stands now."""
        return states.state_of(self.post) if self.post else None


def actions() -> dict[str, Action]:
    """Return the actions of all floors, by name, as the settings list them."""
    lists = [import_string(path) for path in settings.BULK_ACTIONS]
    return {action.name: action for some in lists for action in some}


def rehearse(action: Action, posts: Iterable[Post], *, by: User) -> list[Outcome]:
    """Return what `action` will do to each of the posts; nothing is changed."""
    return [_rehearse(action, post, by=by) for post in posts]


def run(
    action: Action, items: Iterable[Item], *, by: User, filled: dict[str, Any]
) -> list[Outcome]:
    """Do it to each post that is still as it was seen, each in a savepoint of its own."""
    return [_run(action, item, by=by, filled=filled) for item in items]


def _rehearse(action: Action, post: Post, *, by: User) -> Outcome:
    item, words = Item.of(post), action.foretell(post)
    outcome = _attempt(action, item, by=by, filled=action.rehearsed_with, is_rehearsal=True)
    return Outcome(
        item=item,
        is_done=outcome.is_done,
        words=words if outcome.is_done else outcome.words,
        post=post,
    )


def _run(action: Action, item: Item, *, by: User, filled: dict[str, Any]) -> Outcome:
    outcome = _attempt(action, item, by=by, filled=filled)
    post = Post.objects.for_cards().filter(pk=item.post_id).first()
    return Outcome(item=item, is_done=outcome.is_done, words=outcome.words, post=post)


def _attempt(
    action: Action, item: Item, *, by: User, filled: dict[str, Any], is_rehearsal: bool = False
) -> Outcome:
    try:
        with transaction.atomic():
            locked = Post.objects.select_for_update(of=("self",)).select_related("latest_revision")
            post = locked.get(pk=item.post_id)
            if Item.of(post) != item:
                return Outcome(item=item, is_done=False, words=_CHANGED)
            words = action.do(post, filled, by)
            transaction.set_rollback(is_rehearsal)
            return Outcome(item=item, is_done=True, words=words)
    except action.refusals as refusal:
        return Outcome(item=item, is_done=False, words=_sentence(refusal))
    except Post.DoesNotExist:
        return Outcome(item=item, is_done=False, words=_GONE)
    except DatabaseError:
        _logger.exception("bulk_action_broke", extra={"action": action.name, "post": item.post_id})
        return Outcome(item=item, is_done=False, words=_BROKE)


def _sentence(refusal: Exception) -> str:
    if isinstance(refusal, ValidationError):
        return " ".join(refusal.messages)
    return str(refusal)
