"""What every public page needs beside its own content, in one query: navigation, and the clock.

Whoever asks for a page also lets the updates appear whose time has come, so that nobody depends on
a job; looking for them is part of the same query. The frame is kept in the process for a second,
under the version of the site that it was read under, and never past the next change by the clock.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import Error
from django.db.models import CharField, Value
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.utils import timezone

from blog import composing, languages, navigation, showing
from blog.models import Post
from blog.navigation import Navigation, Rows
from blog.pagecache import visits

log = structlog.get_logger(__name__)

_KEPT = timedelta(seconds=1)
# While an update can't be shown, readers have the page as it is, but not for long.
_PATIENCE = timedelta(seconds=5)
_CLOCK = "clock"


@dataclass(frozen=True)
class Frame:
    """The same for all pages of a language; `version` is empty where nobody knows it."""

    version: str
    read_at: datetime
    navigation: Navigation
    # When a page shows something else by the clock alone: a publication or an update.
    next_change_at: datetime | None

    def is_current(self, version: str, now: datetime) -> bool:
        """Whether it says what a new query would say."""
        return (
            self.version == version
            and self.read_at <= now < self.read_at + _KEPT
            and not self.is_over(now)
        )

    def is_over(self, now: datetime) -> bool:
        """Whether the next change is due."""
        return self.next_change_at is not None and self.next_change_at <= now


_kept: dict[str, Frame] = {}


def of(request: HttpRequest) -> Frame:
    """Return the frame of the page that answers `request`; due updates are shown before."""
    visit = visits.of(request)
    if visit.frame is None:
        visit.frame = _current(visit.version, languages.current())
    return visit.frame


def _current(version: str, language: str) -> Frame:
    now = timezone.now()
    kept = _kept.get(language)
    if version and kept is not None and kept.is_current(version, now):
        return kept
    frame = _read(version, language, now)
    if frame.is_over(now):
        _show_updates(now)
        frame = _read(version, language, now)
    if frame.is_over(now):
        frame = Frame(version, now, frame.navigation, now + _PATIENCE)
    _kept[language] = frame
    return frame


def _show_updates(now: datetime) -> None:
    try:
        showing.show_due_updates(now)
    except Error:
        # A text that the database refuses, or a database that only reads: the page goes on.
        log.exception("due_updates_not_shown")


def _read(version: str, language: str, now: datetime) -> Frame:
    def compose(now: datetime) -> Rows:
        first, *others = *navigation.rows(language, now), *_changes(now)
        return first.union(*others, all=True)

    found = composing.rows(("frame", language), compose, now=now)
    changes = [datetime.fromisoformat(at) for kind, _, _, at in found if kind == _CLOCK]
    around = navigation.made_of(row for row in found if row[0] != _CLOCK)
    return Frame(version, now, around, min(changes, default=None))


def _changes(now: datetime) -> list[Rows]:
    """The next publication, and the next update, which may be due already."""
    scheduled, updated = Post.objects.scheduled(now), Post.objects.filter(update_at__isnull=False)
    return [
        posts.order_by(at).values_list(Value(_CLOCK), Value(0), Value(""), Cast(at, CharField()))[
            :1
        ]
        for posts, at in ((scheduled, "publish_at"), (updated, "update_at"))
    ]
