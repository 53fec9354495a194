"""What stands around every page: shelves above, pages and languages below; rows of one query."""

from collections.abc import Iterable
from dataclasses import dataclass, field
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


@dataclass
class Navigation:
    """The categories and pages of a language, and the languages that have posts."""

    shelves: list[Link] = field(default_factory=list)
    pages: list[Link] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)


def rows(language: str, now: datetime) -> list[Rows]:
    """Return the queries for what the pages of a language have around them, to be made one."""
    return [_shelves(language, now), _pages(language, now), *_languages(now)]


def made_of(found: Iterable[Row]) -> Navigation:
    """Return the navigation that these rows describe, in the current language."""
    navigation = Navigation()
    for kind, _position, name, slug in sorted(found):
        if kind == "language":
            navigation.languages.append(slug)
        elif kind == "page":
            navigation.pages.append(Link(name, reverse("blog:page", args=[slug])))
        else:
            navigation.shelves.append(Link(name, reverse("blog:category", args=[slug])))
    return navigation


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
