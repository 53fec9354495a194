"""The vocabulary of what readers may see: "public" is said here once."""

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchConfig, SearchQuery, SearchRank
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q, Value
from django.utils import timezone

from blog import languages, rendering

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

    def without_renditions(self, now: datetime) -> Self:
        """Those whose smaller copies are still to be made, or to be tried again by now."""
        due = Q(renditions__again_at__lte=int(now.timestamp()))
        # The key alone is what the index knows of.
        tried = Q(renditions__has_key="again_at") & due
        return self.filter(tried | Q(renditions__isnull=True))

    def with_problem(self) -> Self:
        """Those whose smaller copies could not be made so far."""
        return self.filter(renditions__has_key="problem")

    def unused(self) -> Self:
        """Those that no revision has, neither as its cover nor in its text."""
        # The model is named here, because blog.models imports us.
        revisions = self.model._meta.apps.get_model("blog", "Revision").objects
        one = Func(
            OuterRef("pk"),
            template="ARRAY[%(expressions)s]",
            output_field=ArrayField(models.BigIntegerField()),
        )
        as_cover = Exists(revisions.filter(cover=OuterRef("pk")))
        in_text = Exists(revisions.filter(image_ids__contains=one))
        return self.filter(~as_cover, ~in_text)

    def matching(self, words: str) -> Self:
        """Those whose alt text, caption or credit hold each of `words`."""
        found = self
        for word in rendering.storable(words)[:MAX_SEARCH_CHARACTERS].split():
            found = found.filter(
                Q(alt_text__icontains=word) | Q(caption__icontains=word) | Q(credit__icontains=word)
            )
        return found

    def newest_below(self, pk: int | None) -> Self:
        """The newest first, from below the one with the id `pk` (None: from the top)."""
        rows = self.order_by("-pk")
        return rows if pk is None else rows.filter(pk__lt=pk)


def search_query(words: str, *, language: str = "en") -> SearchQuery:
    """Return the full-text query for what a stranger typed, with the dictionary of `language`.

    Only the first 200 characters count.
    """
    # PostgreSQL gives up on a long row of minus signs with no word between; the last will do.
    words = _MINUSES.sub("", rendering.storable(words)[:MAX_SEARCH_CHARACTERS])
    config = SearchConfig(Func(Value(language), function="blog_search_config"))
    return SearchQuery(words, config=config, search_type="websearch")
