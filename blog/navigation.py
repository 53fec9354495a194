"""What stands around every page: shelves above, pages and languages below; rows of one query."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
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

    @cached_property
    def digest(self) -> str:
        """The same for whatever looks the same: the name of what was rendered from it."""
        return hashlib.md5(repr(self).encode(), usedforsecurity=False).hexdigest()

    def here(self, path: str) -> str:
        """Return `path` if a link around the page leads to it, or else an empty text."""
        ours = {reverse("blog:archive"), *(link.url for link in (*self.shelves, *self.pages))}
        return path if path in ours else ""


def rows(language: str) -> list[Rows]:
    """Return the queries for what the pages of a language have around them, to be made one."""
    return [_shelves(language), _pages(language), *_languages()]


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


def _shelves(language: str) -> Rows:
    public = Post.objects.for_readers(language)
    shown = Category.objects.filter(public.exist_for("category")).order_by()
    return shown.values_list(Value("category"), "position", "name", "slug")


def _pages(language: str) -> Rows:
    public = Post.objects.published().pages().in_language(language)
    shown = public.filter(menu_position__isnull=False).order_by()
    return shown.values_list(Value("page"), "menu_position", "title", "slug")


def _languages() -> list[Rows]:
    """One row for each language with posts, in the order of the site's languages."""
    codes = languages.codes()
    return [
        Post.objects.for_readers(code)
        .order_by()
        .values_list(Value("language"), Value(place), Value(""), Value(code))[:1]
        for place, code in enumerate(codes)
        if len(codes) > 1
    ]
