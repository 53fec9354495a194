"""Which shelves hold something for readers of a language: found in bounded time at any size.

To look for a post of a rare language on every shelf would be to look at nearly all posts. So the
newest posts of each language say which shelves it has; the default language has all the others
too. That is exact as long as no language has more posts than are looked at.
"""

from typing import Any

from django.db.models import QuerySet

from blog import languages
from blog.models import Author, Category, Post, Tag

_LOOKED_AT = 2_000
_Shelf = type[Author | Category | Tag]
_RELATIONS: dict[_Shelf, str] = {Author: "author", Category: "category", Tag: "tags"}


def known(shelf: _Shelf) -> QuerySet[Any]:
    """Return the shelves of a kind that hold something for readers of any language."""
    public = Post.objects.published().posts()
    return shelf._default_manager.filter(public.exist_for(_RELATIONS[shelf]))


def known_in(language: str, shelf: _Shelf) -> QuerySet[Any]:
    """Return the shelves of a kind that hold something for readers of `language`."""
    default, *others = languages.codes()
    if language != default:
        return shelf._default_manager.filter(pk__in=_of_newest(language, shelf))
    elsewhere = {pk for other in others for pk in _of_newest(other, shelf)}
    if elsewhere:
        elsewhere -= _of_newest(default, shelf)
    return known(shelf).exclude(pk__in=elsewhere)


def _of_newest(language: str, shelf: _Shelf) -> set[int]:
    newest = Post.objects.for_readers(language).newest_first()[:_LOOKED_AT]
    posts = Post.objects.filter(pk__in=newest.values("pk"))
    return set(posts.values_list(_RELATIONS[shelf], flat=True).distinct())
