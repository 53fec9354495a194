"""What stands around every page: shelves above, pages and languages below; read in one query."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet, Value
from django.urls import reverse

from blog import languages
from blog.models import Category, Post

_Rows = QuerySet[Any, tuple[str, int, str, str]]


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


def read() -> Navigation:
    """Return what the pages of the current language have around them."""
    language = languages.current()
    shelves, *others = _shelves(language), _pages(language), *_languages()
    navigation = Navigation()
    for kind, _position, name, slug in sorted(shelves.union(*others, all=True)):
        if kind == "language":
            navigation.languages.append(slug)
        elif kind == "page":
            navigation.pages.append(Link(name, reverse("blog:page", args=[slug])))
        else:
            navigation.shelves.append(Link(name, reverse("blog:category", args=[slug])))
    return navigation


def _shelves(language: str) -> _Rows:
    public = Post.objects.for_readers(language)
    shown = Category.objects.filter(public.exist_for("category")).order_by()
    return shown.values_list(Value("category"), "position", "name", "slug")


def _pages(language: str) -> _Rows:
    public = Post.objects.published().pages().in_language(language)
    shown = public.filter(menu_position__isnull=False).order_by()
    return shown.values_list(Value("page"), "menu_position", "title", "slug")


def _languages() -> list[_Rows]:
    """One row for each language with posts, in the order of the site's languages."""
    codes = languages.codes()
    return [
        Post.objects.for_readers(code)
        .order_by()
        .values_list(Value("language"), Value(place), Value(""), Value(code))[:1]
        for place, code in enumerate(codes)
        if len(codes) > 1
    ]
