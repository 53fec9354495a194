"""Front pages, archives and shelves, in each language in which something stands there."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from blog import languages, seo
from blog.models import Author, Category, Post, Tag
from blog.sitemaps.places import Addresses
from blog.sitemaps.ranges import in_range, ranges
from blog.sitemaps.writing import Place

TAGS_IN_A_SECTION = 5_000


def places() -> list[Place]:
    """Return the front pages, the archives, the categories and the authors."""
    return [place for language in languages.codes() for place in _places_in(language)]


def tag_sections() -> list[int]:
    """Return the numbers of the sections of tags."""
    return ranges(_known_in(None, Tag, "tags"), TAGS_IN_A_SECTION)


def tags_in(number: int) -> list[Place]:
    """Return the tags of a section."""
    addresses = Addresses()
    return [
        Place(addresses.of("blog:tag", slug, language))
        for language in languages.codes()
        for slug in in_range(
            _known_in(language, Tag, "tags"), number, TAGS_IN_A_SECTION
        ).values_list("slug", flat=True)
    ]


def _places_in(language: str) -> Iterator[Place]:
    if not Post.objects.for_readers(language).exists() and language != languages.codes()[0]:
        return
    addresses = Addresses()
    for view in ("blog:home", "blog:archive"):
        yield Place(seo.absolute(languages.reverse_in(language, view)))
    for view, shelf, relation in (
        ("blog:category", Category, "category"),
        ("blog:author", Author, "author"),
    ):
        for slug in _known_in(language, shelf, relation).values_list("slug", flat=True):
            yield Place(addresses.of(view, slug, language))


def _known_in(language: str | None, shelf: Any, relation: str) -> QuerySet[Any]:
    """Return the shelves that hold something for readers, of one language or of any."""
    public = Post.objects.for_readers(language) if language else Post.objects.published().posts()
    shelves: QuerySet[Any] = shelf.objects.filter(public.exist_for(relation)).order_by("pk")
    return shelves
