"""Front pages, archives and shelves, in each language in which something stands there."""

from collections.abc import Iterator

from blog import languages, seo
from blog.models import Author, Category, Post, Tag
from blog.shelves import known, known_in
from blog.sitemaps.places import Addresses
from blog.sitemaps.ranges import in_range, ranges
from blog.sitemaps.writing import Place

TAGS_IN_A_SECTION = 2_000


def places() -> list[Place]:
    """Return the front pages, the archives, the categories and the authors."""
    return [place for language in languages.codes() for place in _places_in(language)]


def tag_sections() -> list[int]:
    """Return the numbers of the sections of tags."""
    return ranges(known(Tag), TAGS_IN_A_SECTION)


def tags_in(number: int) -> list[Place]:
    """Return the tags of a section."""
    addresses = Addresses()
    return [
        Place(addresses.of("blog:tag", slug, language))
        for language in languages.codes()
        for slug in in_range(known_in(language, Tag), number, TAGS_IN_A_SECTION).values_list(
            "slug", flat=True
        )
    ]


def _places_in(language: str) -> Iterator[Place]:
    if language != languages.codes()[0] and not Post.objects.for_readers(language).exists():
        return
    addresses = Addresses()
    for view in ("blog:home", "blog:archive"):
        yield Place(seo.absolute(languages.reverse_in(language, view)))
    for category in known_in(language, Category):
        yield Place(addresses.of("blog:category", category.slug, language))
    for author in known_in(language, Author):
        yield Place(addresses.of("blog:author", author.slug, language))
