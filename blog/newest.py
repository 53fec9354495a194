"""The newest posts that have some words, found in bounded time at any size of the blog.

There are two ways to them. Walking down the index of dates, reading each text, is short for words
that many texts have; asking the index of words, and sorting all that it knows, for words that few
have. For those in between, of a million posts, both read thousands of texts, and the database
takes the first for cheap, because it does not count what reading a text costs. So a few of the
newest posts are asked; how many of them have the words says how far to look for all that are
wanted, and there the two indexes are laid over one another before any row is read. The answer is
exact all the same: where a look falls short, a longer one follows, in the end at all there are.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import F, Subquery
from django.db.models.expressions import CombinedExpression

if TYPE_CHECKING:
    from blog.querysets import PostQuerySet  # it imports us


@dataclass(frozen=True)
class Reach:
    """How many of the newest posts are asked first, and how many at most before all are."""

    near: int
    far: int


TEXTS = Reach(500, 100_000)
# They stand in the row itself: all that the index of words knows are soon read and sorted.
TITLES = Reach(250, 10_000)


def matches(
    matching: "PostQuerySet", number: int, *, reach: Reach | None = None, at: datetime | None = None
) -> list[int]:
    """Return the ids of the `number` newest of `matching`: public posts, filtered by words.

    Where none is newer than `at`, it says so, which saves looking there.
    """
    reach = reach or TEXTS
    looked_at = reach.near
    while looked_at <= reach.far:
        edge = Subquery(_published(matching, at).values("publish_at")[looked_at : looked_at + 1])
        # The planner does not see how far that is: it walks where words are common, and only there.
        found = _ids(matching.filter(publish_at__gte=edge).newest_first(), number)
        if len(found) == number:
            return found
        # None at all: in the few that were asked, or because there are not so many posts.
        if not found:
            break
        # Half as far again as it takes if they are spread evenly.
        looked_at = looked_at * number * 3 // (2 * len(found))
    # Few have the words, and their index knows which.
    return _ids(matching.order_by(past_the_index("publish_at").desc(), "-pk"), number)


def past_the_index(moment: str) -> CombinedExpression:
    """Return the instant in words that no index of it answers to: the rows are found otherwise."""
    return F(moment) + timedelta(0)


def _published(matching: "PostQuerySet", at: datetime | None) -> "PostQuerySet":
    return matching.model._default_manager.published(at).newest_first()


def _ids(posts: "PostQuerySet", number: int) -> list[int]:
    return list(posts.values_list("pk", flat=True)[:number])
