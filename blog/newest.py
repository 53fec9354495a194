"""The newest posts that have some words, found in bounded time at any size of the blog.

There are two ways to them. Walking down the index of dates, reading each text, is short for words
that many texts have; asking the index of words, and sorting all that it knows, for words that few
have. For those in between, of a million posts, both read thousands of texts, and the database
takes the first for cheap, because it does not count what reading a text costs. So a few of the
newest posts are asked; how many of them have the words says how far to look for all that are
wanted, and there the two indexes are laid over one another before any row is read.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import F
from django.db.models.expressions import RawSQL
from django.utils import timezone

if TYPE_CHECKING:
    from blog.querysets import PostQuerySet  # it imports us

# Where one in so many has the words, reading one text after the other is short.
_COMMON = 30


@dataclass(frozen=True)
class Reach:
    """How many of the newest posts are asked first, and how many at most before all are."""

    near: int
    far: int


TEXTS = Reach(500, 100_000)
# They stand in the row itself: all that the index of words knows are soon read and sorted.
TITLES = Reach(250, 10_000)


def matches(
    matching: "PostQuerySet", number: int, *, reach: Reach = TEXTS, at: datetime | None = None
) -> list[int]:
    """Return the ids of the `number` newest of the public posts `matching`, by words.

    Where none is newer than `at`, it says so, which saves looking there.
    """
    at = at or timezone.now()
    looked_at, is_common = reach.near, False
    while looked_at <= reach.far and (edge := _time_of(matching, looked_at, at)):
        # A bound that the planner does not see lets it walk there.
        since = RawSQL("(SELECT %s)", [edge]) if is_common else edge
        found = _ids(matching.filter(publish_at__gte=since).newest_first(), number)
        if len(found) == number:
            return found
        is_common = len(found) * _COMMON > looked_at
        # Half as far again as it takes if they are spread evenly.
        looked_at = looked_at * number * 3 // (2 * len(found)) if found else reach.far + 1
    # In words that no index of dates answers to: few have them, and the index of words knows which.
    return _ids(matching.order_by((F("publish_at") + timedelta(0)).desc(), "-pk"), number)


def _time_of(matching: "PostQuerySet", place: int, at: datetime) -> datetime | None:
    """Return when the public post was published that `place` others are newer than, up to `at`."""
    public = matching.model._default_manager.published(at).newest_first()
    return public.values_list("publish_at", flat=True)[place : place + 1].first()


def _ids(posts: "PostQuerySet", number: int) -> list[int]:
    return list(posts.values_list("pk", flat=True)[:number])
