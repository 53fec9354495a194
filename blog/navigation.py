"""What stands around every page: shelves above, pages and languages below; rows of one query."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet, Value
from django.urls import reverse

from blog import languages
from blog.models import Category, Post

Row = tuple[str, int, str, str]
Rows = QuerySet[Any, Row]


@dataclass(frozen=True)
class Link:
    """A name and where it leads."""

    name: str
    url: str


@dataclass(frozen=True)
class Navigation:
    """The categories and pages of a language, and the languages that have posts."""

    shelves: tuple[Link, ...] = ()
    pages: tuple[Link, ...] = ()
    languages: tuple[str, ...] = ()


def rows(language: str, now: datetime) -> list[Rows]:
    """Return the queries for what the pages of a language have around them, to be made one."""
    return [_shelves(language, now), _pages(language, now), *_languages(now)]


def made_of(found: Iterable[Row]) -> Navigation:
    """Return the navigation that these rows describe, in the current language."""
    ordered = sorted(found)

    def of(kind: str) -> list[tuple[str, str]]:
        return [(name, slug) for its, _position, name, slug in ordered if its == kind]

    return Navigation(
        shelves=tuple(Link(n, reverse("blog:category", args=[slug])) for n, slug in of("category")),
        pages=tuple(Link(n, reverse("blog:page", args=[slug])) for n, slug in of("page")),
        languages=tuple(slug for _, slug in of("language")),
    )


def _shelves(language: str, now: datetime) -> Rows:
    public = Post.objects.for_readers(language, now)
    shown = Category.objects.filter(public.exist_for("category")).order_by()
    return shown.values_list(Value("category"), "position", "name", "slug")


def _pages(language: str, now: datetime) -> Rows:
    public = Post.objects.published(now).pages().in_language(language)
    shown = public.filter(menu_position__isnull=False).order_by()
    return shown.values_list(Value("page"), "menu_position", "title", "slug")


def _languages(now: datetime) -> list[Rows]:
    """One row for each language with posts, in the order of the site's languages."""
    codes = languages.codes()
    return [
        Post.objects.for_readers(code, now)
        .order_by()
        .values_list(Value("language"), Value(place), Value(""), Value(code))[:1]
        for place, code in enumerate(codes)
        if len(codes) > 1
    ]
