"""The vocabulary of what readers may see: "public" is said here once."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db import models
from django.db.models import F
from django.utils import timezone

if TYPE_CHECKING:
    from blog.models import Post  # noqa: F401  (the queryset's model; blog.models imports us)


class PostQuerySet(models.QuerySet["Post"]):
    """Which posts: by audience, by place in time, by subject."""

    def published(self, now: datetime | None = None) -> Self:
        """What readers see: an approved revision whose time has come."""
        return self.filter(
            approved_revision__isnull=False, publish_at__lte=now or timezone.now()
        )

    def scheduled(self, now: datetime | None = None) -> Self:
        """Approved, not yet due."""
        return self.filter(approved_revision__isnull=False, publish_at__gt=now or timezone.now())

    def in_review(self) -> Self:
        """Waiting for an approver."""
        return self.filter(status=self.model.Status.IN_REVIEW)

    def newest_first(self) -> Self:
        """The order of every public list; served by the index `post_published_idx`."""
        return self.order_by("-publish_at", "-pk")

    def for_lists(self) -> Self:
        """With all that a card shows, without the text: a constant number of queries."""
        return (
            self.select_related("author", "category", "cover")
            .prefetch_related("tags")
            .defer("body", "body_html", "search_vector")
        )

    def search(self, words: str) -> Self:
        """Ranked full-text matches of `words`, in the syntax of web search engines."""
        query = SearchQuery(words, config="english", search_type="websearch")
        return (
            self.filter(search_vector=query)
            .annotate(rank=SearchRank(F("search_vector"), query))
            .order_by("-rank", "-publish_at", "-pk")
        )
