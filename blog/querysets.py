"""The vocabulary of what readers may see: "public" is said here once."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import SearchConfig, SearchQuery, SearchRank
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q, Value
from django.db.models.functions import JSONObject
from django.db.models.query import ModelIterable
from django.utils import timezone

from blog import languages, rendering
from blog.pagecache.store import bump_on_commit

MAX_SEARCH_CHARACTERS = 200
_MINUSES = re.compile(r'-(?:[^\w"]|_)*(?=-)')

# A card is a few words of a post: each further column costs every list time.
_CARD = (
    *("kind", "title", "slug", "summary", "language", "is_ai_generated", "is_sample"),
    *("publish_at", "changed_at", "translation_of"),
    *("author__name", "author__slug", "category__name", "category__slug"),
    *("cover__file", "cover__width", "cover__height", "cover__alt_text", "cover__is_decorative"),
    *("cover__focal_x", "cover__focal_y", "cover__renditions"),
)

if TYPE_CHECKING:
    from blog.models import Post  # the queryset's model; blog.models imports us

_Row = TypeVar("_Row", bound=models.Model)


class ShownQuerySet(models.QuerySet[_Row]):
    """Rows that readers see: to change many at once changes pages as well."""

    def update(self, **values: Any) -> int:
        """Change the rows; kept pages are worthless then."""
        bump_on_commit()
        return super().update(**values)

    def bulk_create(self, *args: Any, **kwargs: Any) -> list[_Row]:
        """Make the rows; kept pages are worthless then."""
        bump_on_commit()
        return super().bulk_create(*args, **kwargs)


class PostQuerySet(ShownQuerySet["Post"]):
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

    def for_readers(self, language: str, now: datetime | None = None) -> Self:
        """The public posts of one language: what its lists, feeds and search show."""
        return self.published(now).posts().in_language(language)

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
        """With what a card shows (not the text), in one query and no column more."""
        return self.select_related("author", "category", "cover").only(*_CARD)

    def in_full(self) -> Self:
        """With all that a page or a feed shows, its tags too, in one query."""
        tags = self.model.tags.field.related_model._default_manager
        shown = tags.filter(posts=OuterRef("pk")).order_by("name")
        row = JSONObject(pk="pk", name="name", slug="slug")
        posts = (
            self.select_related("author", "category", "cover")
            .defer("search_vector")
            .annotate(tag_rows=ArraySubquery(shown.values(row=row)))
        )
        posts._iterable_class = _WithTags
        return posts

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

    def neighbourhood(self, post: "Post", *, related: int, now: datetime | None = None) -> Self:
        """What a reader of `post` may read next, in one query: the posts just before and after it
        in its language, and the newest of its category.
        """
        now = now or timezone.now()
        public = self.for_readers(post.language, now)
        place = post.publish_at or now, post.pk
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


class _WithTags(ModelIterable):  # type: ignore[type-arg]  # not generic at run time
    """Posts whose tags came along in their own row, where `prefetch_related` would put them."""

    def __iter__(self) -> Iterator[Any]:
        for post in super().__iter__():
            tags = post.tags.get_queryset()
            tags._result_cache = [tags.model(**row) for row in post.tag_rows]
            tags._prefetch_done = True
            post._prefetched_objects_cache = {"tags": tags}
            yield post


class ImageQuerySet(ShownQuerySet[Any]):
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
