"""The vocabulary of what readers may see: "public" is said here once."""

import re
from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, When
from django.db.models.functions import Greatest
from django.utils import timezone

from blog import rendering

MAX_SEARCH_CHARACTERS = 200
_MINUSES = re.compile(r'-(?:[^\w"]|_)*(?=-)')

if TYPE_CHECKING:
    from blog.models import Post  # the queryset's model; blog.models imports us


class PostQuerySet(models.QuerySet["Post"]):
    """Which posts: by audience, by place in time, by subject."""

    def published(self, now: datetime | None = None) -> Self:
        """What readers see: an approved revision whose time has come."""
        return self.filter(approved_revision__isnull=False, publish_at__lte=now or timezone.now())

    def scheduled(self, now: datetime | None = None) -> Self:
        """Approved, not yet due."""
        return self.filter(approved_revision__isnull=False, publish_at__gt=now or timezone.now())

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
            .with_changed_at()
        )

    def with_changed_at(self) -> Self:
        """With `changed_at`, what readers saw change last: the publication, or a later revision."""
        # A first revision that is younger than its publication was imported, not changed.
        later = When(
            approved_revision__number__gt=1,
            then=Greatest("publish_at", "approved_revision__created_at"),
        )
        return self.annotate(changed_at=Case(later, default="publish_at"))

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
        """What a reader of `post` may read next, in one query: the posts just before and after it,
        and the newest of its category.
        """
        public, place = self.published(), (post.publish_at or timezone.now(), post.pk)
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

    def search(self, words: str) -> Self:
        """Ranked full-text matches of `words`, in the syntax of web search engines."""
        query = search_query(words)
        return (
            self.filter(search_vector=query)
            .annotate(rank=SearchRank(F("search_vector"), query))
            .order_by("-rank", "-publish_at", "-pk")
        )


def search_query(words: str) -> SearchQuery:
    """Return the full-text query for what a stranger typed; only the first 200 characters count."""
    # PostgreSQL gives up on a long row of minus signs with no word between; the last will do.
    words = _MINUSES.sub("", rendering.storable(words)[:MAX_SEARCH_CHARACTERS])
    return SearchQuery(words, config="english", search_type="websearch")


def changed_at(post: "Post") -> datetime:
    """Return when readers last saw the public `post` change; read with `with_changed_at()`."""
    value: datetime = post.changed_at  # type: ignore[attr-defined]  # an annotation
    return value
