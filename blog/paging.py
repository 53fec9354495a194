"""Ways on from a page that cost the same however far a reader goes: cursors instead of offsets."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.utils import timezone

from blog import composing
from blog.models import Post
from blog.querysets import PostQuerySet

# Seventeen digits of microseconds stay far below the last year that a datetime can hold.
_CURSOR = re.compile(r"(\d{1,17})-(\d{1,18})")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_RELATED = 3


class CursorInvalid(ValueError):
    """The address of a page was not made by us."""


@dataclass(frozen=True)
class Page:
    """Some posts of a list, and the query strings that lead on; empty where there is nothing."""

    posts: list[Post]
    newer: str
    older: str
    is_first: bool


@dataclass(frozen=True)
class Neighbours:
    """What to read after a post, or instead of it."""

    previous: Post | None = None
    next: Post | None = None
    related: list[Post] = field(default_factory=list)
    translations: list[Post] = field(default_factory=list)


def page_of(posts: PostQuerySet, *, before: str = "", after: str = "", size: int) -> Page:
    """Return the page of `posts` that starts below cursor `before` or ends above `after`.

    Raises CursorInvalid.
    """
    if after:
        return _page_above(posts, after, size)
    found = posts.before(*_parse(before)) if before else posts.newest_first()
    return _page_below(list(found[: size + 1]), size, is_first=not before)


def newest(language: str, *, size: int) -> Page:
    """Return the first page of all posts in `language`, the one that most readers ask for."""

    def compose(now: datetime) -> PostQuerySet:
        return Post.objects.for_readers(language, now).for_cards().newest_first()[: size + 1]

    rows = composing.rows(("newest", language, size), compose, now=timezone.now())
    return _page_below(rows, size, is_first=True)


def neighbours_of(post: Post) -> Neighbours:
    """Return the posts around `post`: in time, in what they are about, and in other languages."""
    near = sorted(_near(post), key=_place)
    original = post.translation_of_id or post.pk
    translations = [other for other in near if original in (other.pk, other.translation_of_id)]
    others = [other for other in near if other not in translations]
    older = [other for other in others if _place(other) < _place(post)]
    newer = [other for other in others if _place(other) > _place(post)]
    previous, following = older[-1] if older else None, newer[0] if newer else None
    related = [
        other
        for other in reversed(others)
        if other.category_id == post.category_id and other not in (previous, following)
    ]
    # The newest first; of those, the ones with the most in common.
    related.sort(key=lambda other: -getattr(other, "shared_tags", 0))
    return Neighbours(previous, following, related[:_RELATED], translations)


def _near(post: Post) -> list[Post]:
    def compose(
        at: datetime, pk: int, now: datetime, original: int, category: int | None = None
    ) -> PostQuerySet:
        place = Post(
            pk=pk,
            publish_at=at,
            category_id=category,
            language=post.language,
            translation_of_id=original,
        )
        return Post.objects.around(place, related=_RELATED + 2, now=now)

    shelf = {} if post.category_id is None else {"category": post.category_id}
    now = timezone.now()
    at, original = post.publish_at or now, post.translation_of_id or post.pk
    form = ("around", post.language, *shelf)
    return composing.rows(form, compose, at=at, pk=post.pk, now=now, original=original, **shelf)


def _page_below(rows: list[Post], size: int, *, is_first: bool) -> Page:
    shown = rows[:size]
    return Page(
        posts=shown,
        newer=f"after={_cursor(shown[0])}" if shown and not is_first else "",
        older=f"before={_cursor(shown[-1])}" if len(rows) > size else "",
        is_first=is_first,
    )


def _page_above(posts: PostQuerySet, after: str, size: int) -> Page:
    rows = list(posts.after(*_parse(after))[: size + 1])
    shown = rows[:size][::-1]
    has_newer = len(rows) > size
    return Page(
        posts=shown,
        newer=f"after={_cursor(shown[0])}" if has_newer else "",
        older=f"before={_cursor(shown[-1])}" if shown else "",
        is_first=not has_newer,
    )


def _place(post: Post) -> tuple[datetime, int]:
    # Only the preview of a draft has no time yet: it stands above everything published.
    return post.publish_at or timezone.now(), post.pk


def _cursor(post: Post) -> str:
    at, pk = _place(post)
    return f"{(at - _EPOCH) // timedelta(microseconds=1)}-{pk}"


def _parse(cursor: str) -> tuple[datetime, int]:
    match = _CURSOR.fullmatch(cursor)
    if not match:
        raise CursorInvalid(cursor)
    return _EPOCH + timedelta(microseconds=int(match[1])), int(match[2])
