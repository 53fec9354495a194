"""Whether a subject was written about, or is about to be: asked before any money is spent.

Two titles are about the same when most of the words that carry their subjects are the same, and no
number in them differs. Among a million posts the index of titles names the few that may match.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import chain
from operator import and_, or_

from django.contrib.postgres.search import SearchQuery
from django.db import connection, transaction

from blog import text_search
from blog.models import Post
from generation import relevance
from generation.models import Brief

# Of the words of both titles, counted as Dice did: twice the shared ones of all.
SAME_FROM = 0.7
_FEWEST_SHARED = 3
_MOST_WORDS = 12
_LOOKED_AT = 50
_BACKLOG = 2_000
_COMPARED = 10
# An arbitrary number that means "somebody chooses a topic" in the whole installation.
_LOCK = 7_310_011


@dataclass(frozen=True)
class Topic:
    """Something there is already: a post, or a brief that will become one."""

    title: str
    post: Post | None = None
    brief: Brief | None = None

    @cached_property
    def subject(self) -> set[str]:
        """The stems of the words of its title."""
        return _subject(self.title)

    def __str__(self) -> str:
        kind = "post" if self.post else "brief"
        return f"the {kind} “{self.title}”"


def nearest(
    title: str, *, language: str, but_not: Brief | None = None, is_begun: bool = False
) -> Topic | None:
    """Return what is about the same as `title`: a post, else a brief; None when nothing is.

    `is_begun`: briefs that only wait to be written do not count.
    """
    briefs = _briefs(language, but_not, is_begun)
    return _nearest(title, chain(_posts(title, language, but_not), briefs))


def nearest_to_each(titles: Iterable[str], *, language: str) -> list[Topic | None]:
    """Return what `nearest` does of each title; the briefs, which are many, are read once."""
    briefs = list(_briefs(language, None, is_begun=False))
    return [_nearest(title, chain(_posts(title, language, None), briefs)) for title in titles]


def _nearest(title: str, there_is: Iterable[Topic]) -> Topic | None:
    wanted = _subject(title)
    return next((topic for topic in there_is if _is_same(wanted, topic.subject)), None)


def nearest_posts(title: str, *, language: str, but_not: int | None) -> list[tuple[str, str]]:
    """Return title and text of the posts that share most words with `title`, except one."""
    words = " or ".join(dict.fromkeys(relevance.telling(title)))
    if not words:
        return []
    posts = Post.objects.posts().in_language(language).exclude(status=Post.Status.ARCHIVED)
    if but_not is not None:
        posts = posts.exclude(pk=but_not)
    found = posts.search(words, language=language)
    return list(found.values_list("title", "body")[:_COMPARED])


@contextmanager
def choosing() -> Iterator[None]:
    """Open the transaction in which a topic is looked for and taken; one at a time does."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        yield


def _posts(title: str, language: str, but_not: Brief | None) -> Iterator[Topic]:
    config = text_search.config(language)
    words = list(dict.fromkeys(relevance.telling(title)))[:_MOST_WORDS]
    terms = [SearchQuery(word, config=config) for word in words]
    if not terms:
        return
    # All of them, or of many all but one: what an index of words answers fast.
    enough = [terms]
    if len(terms) > _FEWEST_SHARED:
        enough = [terms[:n] + terms[n + 1 :] for n in range(len(terms))]
    query = reduce(or_, (reduce(and_, some) for some in enough))
    posts = Post.objects.posts().filter(title_vector=query)
    posts = posts.in_language(language).exclude(status=Post.Status.ARCHIVED)
    if but_not is not None:
        posts = posts.exclude(runs__brief=but_not)
    for post in posts.only("title").order_by("-pk")[:_LOOKED_AT]:
        yield Topic(post.title, post=post)


def _briefs(language: str, but_not: Brief | None, is_begun: bool) -> Iterator[Topic]:
    briefs = Brief.objects.filter(is_dismissed=False, plan__language=language)
    if is_begun:
        briefs = briefs.begun()
    if but_not is not None:
        briefs = briefs.exclude(pk=but_not.pk)
    for brief in briefs.only("title").order_by("-pk")[:_BACKLOG]:
        yield Topic(brief.title, brief=brief)


def _subject(title: str) -> set[str]:
    return set(relevance.words(title))


def _is_same(one: set[str], other: set[str]) -> bool:
    shared = one & other
    if not shared or any(re.search(r"\d", word) for word in one ^ other):
        return False
    if one == other:
        return True
    return len(shared) >= _FEWEST_SHARED and 2 * len(shared) / (len(one) + len(other)) >= SAME_FROM
