"""The vocabulary of what readers may see: "public" is said here once."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db import connections, models
from django.db.models import F, Func, OuterRef, Q, Subquery
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce, JSONObject, TruncMonth
from django.db.models.lookups import IsNull
from django.db.models.query import ModelIterable
from django.utils import timezone

from blog import languages, newest, periods, text_search
from blog.pagecache.store import bump_on_commit

# So many matches of a search are ranked.
MOST_TITLED, MOST_MATCHES = 50, 100
# How many posts of a category are looked at for what they have in common with one.
_COMPARED = 40

# What no screen shows, and every row would bring along; and with the text itself.
VECTORS = ("search_vector", "title_vector")
TEXTS = ("body", "body_html", *VECTORS)
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

# When readers get what is newest of what was approved.
APPEARS = Coalesce("update_at", "publish_at")


def is_to_come(now: datetime) -> Q:
    """Return the condition: approved, as a first text or as an update, for a time to come."""
    first = Q(approved_revision__isnull=False, publish_at__gt=now)
    return first | Q(update_at__isnull=False)


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

    def for_readers(self, language: str, now: datetime | None = None) -> Self:
        """The public posts of one language: what its lists, feeds and search show."""
        return self.published(now).posts().in_language(language)

    def with_due_update(self, now: datetime | None = None) -> Self:
        """Live posts whose approved newer text is due and not yet shown."""
        return self.filter(update_at__lte=now or timezone.now())

    def exist_for(self, relation: str) -> IsNull:
        """Whether a row of the query around has any of these posts, by `relation` ("tags", ...).

        A first one is looked for, row by row: an EXISTS may be planned as a join with all of them.
        """
        any_of_them = self.filter(**{relation: OuterRef("pk")}).order_by().values("pk")[:1]
        return IsNull(Subquery(any_of_them), False)

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
            .defer(*VECTORS)
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

    def in_period(self, year: int, month: int | None = None) -> Self:
        """Those published in a year, or in a month of it, by the site's clock."""
        end = (year + 1, 1) if month is None else (year + month // 12, month % 12 + 1)
        return self.filter(
            publish_at__gte=periods.midnight(year, month or 1),
            publish_at__lt=periods.midnight(*end),
        )

    def months(self) -> list[date]:
        """The first days of the months in which any was published, the newest first.

        The index is asked once for each month, however many posts there are.
        """
        newest = self.newest_first().annotate(start=TruncMonth("publish_at")).values("start")
        begin = RawSQL("months.start AT TIME ZONE %s", [timezone.get_current_timezone_name()])
        first, first_params = newest[:1].query.sql_with_params()
        earlier, params = newest.filter(publish_at__lt=begin)[:1].query.sql_with_params()
        with connections[self.db].cursor() as cursor:
            cursor.execute(
                f"WITH RECURSIVE months (start) AS (({first}) UNION ALL"  # noqa: S608 (our own)
                f" SELECT ({earlier}) FROM months WHERE start IS NOT NULL)"
                " SELECT start FROM months WHERE start IS NOT NULL",
                [*first_params, *params],
            )
            return [start.date() for (start,) in cursor.fetchall()]

    def around(self, post: "Post", *, related: int, now: datetime | None = None) -> Self:
        """What a reader of `post` may read next, in one query: its public translations, the posts
        just before and after it in its language, and those of its category that share most of its
        tags (`shared_tags`), the newest first.
        """
        now = now or timezone.now()
        public = self.for_readers(post.language, now)
        place = post.publish_at or now, post.pk
        picked = (
            public.before(*place)
            .values("pk")[:1]
            .union(
                public.after(*place).values("pk")[:1],
                public._related_to(post).values("pk")[:related],
                self.published(now).translations_of(post).values("pk"),
            )
        )
        return self.for_cards()._with_shared_tags(post).filter(pk__in=picked)

    def translations_of(self, post: "Post") -> Self:
        """The same text in other languages."""
        original = post.translation_of_id or post.pk
        return self.filter(Q(pk=original) | Q(translation_of=original)).exclude(pk=post.pk)

    def search(self, words: str, *, language: str = "en", at: datetime | None = None) -> Self:
        """The best of the newest matches of `words`, in the syntax of web search engines.

        At any size of the blog a bounded number is ranked: the newest posts that have the words in
        their title, and the newest that have them anywhere. To say that none is newer than `at`
        saves looking there.
        """
        query = text_search.query(words, language=language)
        picked = newest.matches(self.filter(search_vector=query), MOST_MATCHES, at=at)
        # Fewer are all that there are.
        if len(picked) == MOST_MATCHES:
            titled = self._titled(words, query)
            picked += newest.matches(titled, MOST_TITLED, reach=newest.TITLES, at=at)
        return (
            self.filter(pk__in=picked)
            .annotate(rank=SearchRank(F("search_vector"), query))
            .order_by("-rank", "-publish_at", "-pk")
        )

    def _titled(self, words: str, query: SearchQuery) -> Self:
        titled = self.filter(title_vector=query)
        # What must not be there may stand in the text; to read that of each takes long.
        return titled.filter(search_vector=query) if "-" in words else titled

    def _related_to(self, post: "Post") -> Self:
        # However large the category is, only the newest of it are compared.
        newest = self.filter(category=post.category_id).exclude(pk=post.pk).newest_first()
        compared = self.filter(pk__in=newest.values("pk")[:_COMPARED])
        return compared._with_shared_tags(post).order_by("-shared_tags", "-publish_at", "-pk")

    def _with_shared_tags(self, post: "Post") -> Self:
        tagged = self.model.tags.through._default_manager
        shared = tagged.filter(
            post=OuterRef("pk"), tag__in=tagged.filter(post=post.pk).values("tag")
        ).values(number=Func("pk", function="COUNT", output_field=models.IntegerField()))
        return self.annotate(shared_tags=Subquery(shared))


class _WithTags(ModelIterable):  # type: ignore[type-arg]  # not generic at run time
    """Posts whose tags came along in their own row, where `prefetch_related` would put them."""

    def __iter__(self) -> Iterator[Any]:
        for post in super().__iter__():
            tags = post.tags.get_queryset()
            tags._result_cache = [tags.model(**row) for row in post.tag_rows]
            tags._prefetch_done = True
            post._prefetched_objects_cache = {"tags": tags}
            yield post
