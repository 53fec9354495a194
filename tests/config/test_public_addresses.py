"""Every address that there is, asked by nobody and by the staff: only what is on this list is kept.

Whoever adds an address that may be kept publicly adds it here, and thinks about it.
"""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from blog.models import Tag
from publishing import workflow
from tests.factories import make_author, make_category, make_post, make_user

pytestmark = pytest.mark.django_db

PUBLIC = {
    *("blog:home", "blog:post", "blog:category", "blog:tag", "blog:author", "blog:search"),
    *("blog:archive", "blog:archive-year", "blog:archive-month", "blog:page"),
    *("blog:post-markdown", "blog:page-markdown"),
    *(
        f"blog:{shelf}feed-{form}"
        for shelf in ("", "category-", "tag-", "author-")
        for form in ("rss", "atom", "json")
    ),
    *("files:sitemap", "files:sitemap-shelves", "files:sitemap-posts", "files:sitemap-tags"),
    *("files:llms", "files:robots"),
    *(
        f"api:{kind}-{form}"
        for kind in ("post", "category", "tag", "author")
        for form in ("list", "detail")
    ),
}
# Drawings that never change, named by what they show: anybody may keep them.
FOR_EVER = {"files:cover-art", "files:share"}
WORDS = {"slug": "glue", "seed": "glue", "year": "2024", "month": "2", "day": "3"}


def _addresses() -> Iterator[tuple[str, str]]:
    """Yield the name and a path of every pattern, with words of ours in the place of its own."""

    def walk(resolver: URLResolver, before: str, space: str) -> Iterator[tuple[str, str]]:
        for pattern in resolver.url_patterns:
            path = before + str(pattern.pattern)
            if isinstance(pattern, URLPattern):
                yield f"{space}{pattern.name}", "/" + _filled(path)
            else:
                inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
                yield from walk(pattern, path, inner)

    yield from walk(get_resolver(), "", "")


def _filled(path: str) -> str:
    named = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", r"<\1>", path.replace("^", ""))
    words = re.sub(r"<(?:\w+:)?(\w+)>", lambda match: WORDS.get(match[1], "1"), named)
    return re.sub(r"\\Z|[$?\\]|\(.*\)", "", words)


ADDRESSES = sorted(set(_addresses()))


@pytest.fixture
def _something_at_each_address() -> None:
    shelf = {
        "category": make_category(slug="glue"),
        "author": make_author(slug="glue"),
        "tags": [Tag.objects.create(name="Glue", slug="glue")],
    }
    at = timezone.now().replace(year=2024, month=2, day=3)
    make_post(live=True, slug="glue", publish_at=at, **shelf)


def _is_kept(said: str) -> bool:
    return "public" in said or not ("no-store" in said or "private" in said)


@pytest.mark.usefixtures("_something_at_each_address")
def test_only_what_is_the_same_for_everybody_may_be_kept() -> None:
    nobody, staff = Client(), Client()
    staff.force_login(make_user(is_superuser=True))
    asked = {name for name, _path in ADDRESSES}
    wrong = []
    for name, path in ADDRESSES:
        plain = nobody.get(path).headers["Cache-Control"]
        signed_in = staff.get(path).headers["Cache-Control"]
        if name in PUBLIC:
            is_right = "s-maxage" in plain and signed_in == "private, no-cache"
        else:
            is_right = name in FOR_EVER or not (_is_kept(plain) or _is_kept(signed_in))
        if not is_right:
            wrong.append((name, path, plain, signed_in))

    assert wrong == []
    assert asked >= PUBLIC
    assert len(asked) > 60


@pytest.mark.usefixtures("_something_at_each_address")
@pytest.mark.parametrize("path", ["/admin/nothing/here/", "/preview/999999/", "/share/nothing/"])
def test_what_is_not_there_in_a_private_place_is_not_kept(path: str) -> None:
    assert not _is_kept(Client().get(path).headers["Cache-Control"])


def test_what_is_nowhere_is_kept_very_briefly() -> None:
    said = Client().get("/nothing/of/the/kind/").headers["Cache-Control"]
    assert said == "public, max-age=10, s-maxage=10, stale-while-revalidate=10"


def test_a_page_that_was_not_found_yet_is_not_kept_past_its_publication() -> None:
    soon = timezone.now() + timedelta(seconds=9)
    post = make_post(approved=True, slug="soon", publish_at=soon)

    said = Client().get(post.get_absolute_url()).headers["Cache-Control"]

    assert said == "public, max-age=2, s-maxage=2, stale-while-revalidate=2"
    workflow.withdraw(post, by=make_user("Publishers"))
    assert "max-age=10" in Client().get(post.get_absolute_url()).headers["Cache-Control"]
