"""The vocabulary of what readers may see: "public" is said here once."""

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.contrib.postgres.search import SearchConfig, SearchQuery, SearchRank
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from blog import languages, rendering

MAX_SEARCH_CHARACTERS = 200
_MINUSES = re.compile(r'-(?:[^\w"]|_)*(?=-)')

if TYPE_CHECKING:
    from blog.models import Post  # the queryset's model; blog.models imports us


# When readers get what is newest of what was approved.
APPEARS = Coalesce("update_at", "publish_at")


def is_to_come(now: datetime) -> Q:
    """Return the condition: approved, as a first text or as an update, for a time to come."""
    first = Q(approved_revision__isnull=False, publish_at__gt=now)
    return first | Q(update_at__isnull=False)


class PostQuerySet(models.QuerySet["Post"]):
    """Which posts: by audience, by place in time, by subject."""

    def published(self, now: datetime | None = None) -> Self:
        """What readers see: an approved revision whose time has come."""
        return self.filter(approved_revision__isnull=False, publish_at__lte=now or timezone.now())

    def scheduled(self, now: datetime | None = None) -> Self:
        """Approved, not yet due."""
        return self.filter(approved_revision__isnull=False, publish_at__gt=now or timezone.now())

    def to_come(self, now: datetime | None = None) -> Self:
        """What readers get later, the next first: first publications, and updates."""
        rows = self.filter(is_to_come(now or timezone.now()))
        return rows.annotate(appears_at=APPEARS).order_by("appears_at", "pk")

    def posts(self) -> Self:
        """What has a place in time: all lists and feeds are of these."""
        return self.filter(kind=self.model.Kind.POST)

    def pages(self) -> Self:
        """What stands beside the lists, such as "About"."""
        return self.filter(kind=self.model.Kind.PAGE)

    def in_language(self, language: str) -> Self:
        """What one language's part of the site shows; a strange language is the default's."""
        _default, *others = languages.codes()
        if language in others:
            return self.filter(language=language)
        return self.exclude(language__in=others) if others else self

    def for_readers(self, language: str) -> Self:
        """The public posts of one language: what its lists, feeds and search show."""
        return self.published().posts().in_language(language)

    def with_due_update(self, now: datetime | None = None) -> Self:
        """Live posts whose approved newer text is due and not yet shown."""
        return self.filter(update_at__lte=now or timezone.now())

    def exist_for(self, relation: str) -> Exists:
        """Whether a row of the query around has any of these posts, by `relation` ("tags", ...)."""
        return Exists(self.filter(**{relation: OuterRef("pk")}))

    def in_review(self) -> Self:
        """Waiting for an approver."""
        return self.filter(status=self.model.Status.IN_REVIEW)

    def newest_first(self) -> Self:
        """The order of every public list; served by the index `post_published_idx`."""
        return self.order_by("-publish_at", "-pk")

    def for_cards(self) -> Self:
        """With what a card shows (not the text), in one query."""
        return self.select_related("author", "category", "cover").defer(
            "body", "body_html", "search_vector"
        )

    def in_full(self) -> Self:
        """With all that a page or a feed shows, in two queries."""
        return (
            self.select_related("author", "category", "cover")
            .prefetch_related("tags")
            .defer("search_vector")
        )

    def before(self, at: datetime, pk: int) -> Self:
        """Those that stand below the post `pk` of instant `at` in a public list, nearest first."""
        # The first condition is implied by the second, and is the one an index can answer.
        return self.filter(
            Q(publish_at__lt=at) | Q(publish_at=at, pk__lt=pk), publish_at__lte=at
        ).newest_first()

    def after(self, at: datetime, pk: int) -> Self:
        """Those that stand above the post `pk` of instant `at` in a public list, nearest first."""
        return self.filter(
            Q(publish_at__gt=at) | Q(publish_at=at, pk__gt=pk), publish_at__gte=at
        ).order_by("publish_at", "pk")

    def neighbourhood(self, post: "Post", *, related: int) -> Self:
        """What a reader of `post` may read next, in one query: the posts just before and after it
        in its language, and the newest of its category.
        """
        public = self.for_readers(post.language)
        place = post.publish_at or timezone.now(), post.pk
        same_category = public.filter(category=post.category_id).exclude(pk=post.pk)
        picked = (
            public.before(*place)
            .values("pk")[:1]
            .union(
                public.after(*place).values("pk")[:1],
                same_category.newest_first().values("pk")[:related],
            )
        )
        return self.for_cards().filter(pk__in=picked)

    def search(self, words: str, *, language: str = "en") -> Self:
        """Ranked full-text matches of `words`, in the syntax of web search engines."""
        query = search_query(words, language=language)
        return (
            self.filter(search_vector=query)
            .annotate(rank=SearchRank(F("search_vector"), query))
            .order_by("-rank", "-publish_at", "-pk")
        )


class ImageQuerySet(models.QuerySet[Any]):
    """Which pictures."""

    def shown_in(self, html: str) -> Self:
        """Those that a text of ours shows, found by the names of their files."""
        prefix = settings.MEDIA_URL
        paths = rendering.image_paths(html)
        names = [path.removeprefix(prefix) for path in paths if path.startswith(prefix)]
        return self.filter(file__in=names) if names else self.none()


def search_query(words: str, *, language: str = "en") -> SearchQuery:
    """Return the full-text query for what a stranger typed, with the dictionary of `language`.

    Only the first 200 characters count.
    """
    # PostgreSQL gives up on a long row of minus signs with no word between; the last will do.
    words = _MINUSES.sub("", rendering.storable(words)[:MAX_SEARCH_CHARACTERS])
    config = SearchConfig(Func(Value(language), function="blog_search_config"))
    return SearchQuery(words, config=config, search_type="websearch")
