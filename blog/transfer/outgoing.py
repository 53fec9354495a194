"""The blog as the items that an import brings, to be written down: in one order, by slug, and with
nothing that says when it was made, so that the same blog is always the same bytes.

Revisions, accounts and decisions stay here. A live post with a newer text that nobody approved goes
as readers see it.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db.models import Func, Q, QuerySet
from django.utils import timezone

from blog.models import Author, Category, Image, Post, Redirect, Revision, Tag
from blog.querysets import PostQuerySet
from blog.transfer.items import (
    AuthorItem,
    CategoryItem,
    ImageItem,
    PostItem,
    RedirectItem,
    Status,
    TagItem,
)
from blog.transfer.sink import Sink

_CHUNK = 200
_COPIED = [
    *("title", "slug", "summary", "body", "language", "seo_title", "seo_description"),
    *("canonical_url", "is_ai_generated", "is_sample", "menu_position"),
]
_TEXTS = ["body", "body_html", "search_vector"]
_DESCRIBED = [
    *("alt_text", "is_decorative", "caption", "credit", "licence", "source_url"),
    *("is_ai_generated", "focal_x", "focal_y"),
]


@dataclass(kw_only=True)
class Outgoing:
    """What leaves, and what was noticed on the way."""

    published_only: bool = False
    now: datetime = field(default_factory=timezone.now)
    counts: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    # Told after each post: how many of how many.
    progress: Callable[[int, int], None] = lambda _done, _total: None

    @property
    def url(self) -> str:
        """The address of this blog."""
        return str(settings.SITE_URL)

    @property
    def title(self) -> str:
        """Its name."""
        return str(settings.SITE_NAME)

    def authors(self) -> Iterator[AuthorItem]:
        """Yield the bylines."""
        for row in self._used(Author.objects.order_by("slug"), "author"):
            paths = _paths(Redirect.objects.filter(author=row.pk))
            yield AuthorItem(**_named(row, paths), name=row.name, bio=row.bio, url=row.url)

    def categories(self) -> Iterator[CategoryItem]:
        """Yield the shelves."""
        for row in self._used(Category.objects.order_by("slug"), "category"):
            paths = _paths(Redirect.objects.filter(category=row.pk))
            yield CategoryItem(
                **_named(row, paths),
                name=row.name,
                description=row.description,
                position=row.position,
            )

    def tags(self) -> Iterator[TagItem]:
        """Yield the subjects."""
        for row in self._used(Tag.objects.order_by("slug"), "tags"):
            paths = _paths(Redirect.objects.filter(tag=row.pk))
            yield TagItem(**_named(row, paths), name=row.name)

    def images(self) -> Iterator[ImageItem]:
        """Yield the pictures; for readers only, those that a post shows."""
        rows = Image.objects.order_by("file")
        if self.published_only:
            approved = Revision.objects.filter(pk__in=self._posts().values("approved_revision"))
            shown = approved.annotate(shown=Func("image_ids", function="unnest")).values("shown")
            rows = rows.filter(Q(pk__in=self._posts().values("cover")) | Q(pk__in=shown))
        for row in rows.iterator(chunk_size=_CHUNK):
            yield ImageItem(
                source_id=row.file.name,
                url=row.media_path,
                stored_as=row.file.name,
                created_at=_second(row.created_at),
                **{name: getattr(row, name) for name in _DESCRIBED},
            )

    def posts(self, *, texts: bool = True) -> Iterator[PostItem]:
        """Yield the posts and pages; without `texts` their bodies are empty."""
        rows = self._posts().select_related("author", "category", "cover", "translation_of")
        rows = rows.prefetch_related("tags", "redirects").order_by("slug")
        rows = rows.defer(*(_TEXTS[1:] if texts else _TEXTS))
        total = rows.count()
        for done, row in enumerate(rows.iterator(chunk_size=_CHUNK), start=1):
            yield self._item(row, texts=texts)
            if texts:
                self.progress(done, total)

    def redirects(self) -> Iterator[RedirectItem]:
        """Yield the addresses that lead to what a person typed."""
        for row in Redirect.objects.exclude(target="").order_by("path").iterator():
            yield RedirectItem(source_id=row.path, target=row.target)

    def copy_media(self, sink: Sink, folder: str) -> None:
        """Copy the files of the pictures below a folder of the export."""
        for image in self.images():
            try:
                with default_storage.open(image.stored_as) as file:
                    sink.copy(folder + image.stored_as, file)
            except OSError:
                self.problems.append(f"The file of the picture {image.stored_as} is missing.")
            else:
                self.counts["pictures"] += 1

    def _item(self, row: Post, *, texts: bool) -> PostItem:
        status = self._status(row)
        is_shown = status != Status.DRAFT and row.publish_at is not None
        copied = [name for name in _COPIED if texts or name != "body"]
        if texts:
            self._count(row, status)
        return PostItem(
            source_id=row.slug,
            post_kind=Post.Kind(row.kind),
            old_paths=tuple(sorted(redirect.path for redirect in row.redirects.all())),
            status=status,
            publish_at=_second(row.publish_at) if is_shown else None,
            changed_at=self._changed_at(row) if is_shown else None,
            author=row.author.slug,
            category=row.category.slug if row.category else "",
            tags=tuple(sorted(tag.slug for tag in row.tags.all())),
            cover=row.cover.media_path if row.cover else "",
            translation_of=row.translation_of.slug if row.translation_of else "",
            **{name: getattr(row, name) for name in copied},
        )

    def _status(self, row: Post) -> Status:
        if row.approved_revision_id is None or row.publish_at is None:
            return Status.DRAFT
        return Status.PUBLISHED if row.publish_at <= self.now else Status.SCHEDULED

    def _changed_at(self, row: Post) -> datetime | None:
        at, changed = _second(row.publish_at), _second(row.changed_at)
        return changed if at and changed and changed > at else None

    def _count(self, row: Post, status: Status) -> None:
        self.counts[f"{status} {row.get_kind_display().lower()}s"] += 1
        if status == Status.PUBLISHED and row.has_unpublished_changes:
            self.problems.append(
                f"“{row.title}” has a newer text that nobody approved; it stays here."
            )

    def _posts(self) -> PostQuerySet:
        return Post.objects.published(self.now) if self.published_only else Post.objects.all()

    def _used(self, rows: QuerySet[Any], relation: str) -> Iterator[Any]:
        """Yield all rows, or for readers only those that a post has."""
        if self.published_only:
            rows = rows.filter(self._posts().exist_for(relation))
        return iter(rows.iterator(chunk_size=_CHUNK))


def _named(row: Any, paths: tuple[str, ...]) -> dict[str, Any]:
    return {"source_id": row.slug, "slug": row.slug, "old_paths": paths}


def _paths(rows: QuerySet[Redirect]) -> tuple[str, ...]:
    return tuple(rows.order_by("path").values_list("path", flat=True))


def _second(at: datetime | None) -> datetime | None:
    """Return the instant to the second, which is all that other systems keep."""
    return at.astimezone(UTC).replace(microsecond=0) if at else None
