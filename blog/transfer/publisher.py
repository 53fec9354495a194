"""How an imported post goes live: by the desk above this floor, where there is one.

The ground floor knows only that somebody may offer it (`settings.POST_PUBLISHER`, assembled in
`config`); without it everything that is imported stays a draft.
"""

from datetime import datetime
from functools import cache
from typing import Protocol

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.utils.module_loading import import_string

from blog.models import Post


class Publisher(Protocol):
    """What the desk offers."""

    def allows(self, user: AbstractBaseUser) -> bool:
        """Whether the user may put imported posts live."""
        ...

    def publish(
        self, post: Post, *, by: AbstractBaseUser, publish_at: datetime, changed_at: datetime | None
    ) -> None:
        """Let readers have the latest revision, dated as it was published elsewhere."""
        ...


class PublishingRefused(Exception):
    """The post does not go live; the message says why."""


def current() -> Publisher | None:
    """Return the desk's publisher, None where there is no desk."""
    path = getattr(settings, "POST_PUBLISHER", "")
    return _load(path) if path else None


@cache
def _load(path: str) -> Publisher:
    publisher: Publisher = import_string(path)
    return publisher
