"""Whatever changes a page is seen at once; whatever readers do not see leaves the pages kept.

Commits are real here, because a change counts from its commit on.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.handlers.wsgi import WSGIHandler
from django.db import transaction
from django.utils import timezone

from blog import revisions
from blog.models import Author, Category, Image, Post, Tag
from blog.pagecache.store import pages
from publishing import workflow
from tests.blog.pagecache.conftest import Answer, Door
from tests.factories import (
    make_author,
    make_category,
    make_draft,
    make_image,
    make_post,
    make_user,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def door() -> Door:
    return Door(WSGIHandler(), store=pages)


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Post:
    # One section for all ids: those that other tests have used up would open later ones.
    monkeypatch.setattr("blog.sitemaps.posts.IDS_IN_A_SECTION", 10**9)
    return make_post(
        live=True,
        title="On glue",
        category=make_category(name="Workshop", slug="workshop"),
        author=make_author(name="Ida Holm", slug="ida-holm"),
        tags=[Tag.objects.create(name="Glue", slug="glue")],
        cover=make_image(alt_text="A pot"),
    )


def _pages(post: Post) -> list[str]:
    return [
        post.get_absolute_url(),
        *("/", "/tags/glue/", "/categories/workshop/", "/authors/ida-holm/"),
        *("/feed.atom", "/feed.json", "/sitemap-posts-0.xml", "/api/v1/posts/", "/search/?q=glue"),
    ]


def _save_new_text(post: Post, **content: Any) -> None:
    draft = revisions.draft_of(post)
    new = make_draft(
        author=draft.author, category=draft.category, cover=draft.cover, tags=draft.tags, **content
    )
    revisions.save_revision(post, new, by=None)


def _publish_new_text(post: Post) -> None:
    _save_new_text(post, title="On NEW glue", slug=post.slug)
    workflow.submit(post, by=None)
    workflow.approve(post, by=make_user("Publishers"))


def _rename(model: type[Any], name: str) -> Callable[[Post], None]:
    def change(_post: Post) -> None:
        row = model.objects.get()
        row.name = name
        row.save()

    return change


SEEN: dict[str, tuple[Callable[[Post], Any], list[str]]] = {
    "a new text is approved": (
        _publish_new_text,
        ["/posts/on-glue/", "/", "/tags/glue/", "/feed.atom", "/feed.json", "/api/v1/posts/"],
    ),
    "the post is withdrawn": (
        lambda post: workflow.withdraw(post, by=make_user("Publishers")),
        ["/posts/on-glue/", "/", "/feed.atom", "/sitemap-posts-0.xml", "/search/?q=glue"],
    ),
    "another post appears": (
        lambda post: make_post(live=True, title="Second", category=post.category),
        ["/", "/posts/on-glue/", "/categories/workshop/", "/feed.json", "/sitemap-posts-0.xml"],
    ),
    "the author is renamed": (
        _rename(Author, "Ida Berg"),
        ["/posts/on-glue/", "/", "/authors/ida-holm/", "/feed.atom", "/api/v1/posts/"],
    ),
    "the category is renamed": (_rename(Category, "Lab"), ["/posts/on-glue/", "/", "/feed.json"]),
    "the tag is renamed": (_rename(Tag, "Paste"), ["/posts/on-glue/", "/tags/glue/", "/feed.json"]),
    "many authors are renamed at once": (
        lambda _post: Author.objects.update(name="Ida Berg"),
        ["/posts/on-glue/", "/authors/ida-holm/"],
    ),
    "a tag is deleted": (
        lambda _post: Tag.objects.get().delete(),
        ["/posts/on-glue/", "/tags/glue/", "/feed.json", "/api/v1/posts/"],
    ),
    "posts are changed behind the services' backs": (
        lambda post: Post.objects.filter(pk=post.pk).update(publish_at=_days_ago(400)),
        ["/posts/on-glue/", "/feed.json", "/api/v1/posts/"],
    ),
}


def _days_ago(days: int) -> Any:
    return timezone.now() - timedelta(days=days)


@pytest.mark.parametrize("change", SEEN)
def test_readers_see_at_once_that(change: str, door: Door, post: Post) -> None:
    act, changed = SEEN[change]
    before = {path: door.ask(path) for path in _pages(post)}
    assert all(door.ask(path).is_hit for path in before)

    act(post)

    for path in before:
        answer = door.ask(path)
        assert not answer.is_hit, path
        if path in changed:
            assert (answer.status, answer.body) != (before[path].status, before[path].body), path


UNSEEN: dict[str, Callable[[Post], Any]] = {
    "a draft is written": lambda _post: make_post(title="Not yet"),
    "a draft goes into review": lambda _post: make_post(in_review=True),
    "a live post gets a newer revision": lambda post: _save_new_text(post, slug=post.slug),
    "a picture is uploaded": lambda _post: make_image(),
}


@pytest.mark.parametrize("change", UNSEEN)
def test_pages_stay_kept_when(change: str, door: Door, post: Post) -> None:
    paths = [path for path in _pages(post) if door.ask(path)]

    UNSEEN[change](post)

    assert [path for path in paths if not door.ask(path).is_hit] == []


class TestPictures:
    def test_smaller_copies_change_the_pages_that_show_them(self, door: Door, post: Post) -> None:
        door.ask("/")
        image = Image.objects.get()
        image.renditions = {"a": 1}
        image.save(update_fields=["renditions"])
        assert not door.ask("/").is_hit

        Image.objects.filter(pk=image.pk).update(renditions={})
        assert not door.ask("/").is_hit


class TestTheClock:
    def test_a_scheduled_post_is_never_late(self, door: Door, post: Post) -> None:
        at = timezone.now() + timedelta(seconds=40)
        assert b"Soon" not in door.ask("/").body

        make_post(approved=True, title="Soon", publish_at=at)

        with time_machine.travel(at - timedelta(seconds=1), tick=False):
            early = door.ask("/")
            assert b"Soon" not in early.body
            assert _seconds(early) <= 1
        with time_machine.travel(at, tick=False):
            for path in ("/", "/feed.json", "/sitemap.xml", "/categories/workshop/"):
                assert not door.ask(path).is_hit
            assert b"Soon" in door.ask("/").body
            assert door.ask("/").is_hit

    def test_a_scheduled_update_appears_by_a_readers_request(self, door: Door, post: Post) -> None:
        at = timezone.now() + timedelta(hours=1)
        _save_new_text(post, title="On NEW glue", slug=post.slug)
        workflow.submit(post, by=None)
        workflow.approve(post, by=make_user("Publishers"), publish_at=at)
        assert b"NEW" not in door.ask("/").body

        with time_machine.travel(at + timedelta(seconds=1), tick=False):
            answer = door.ask("/")
            assert b"NEW" in answer.body
            assert door.ask("/feed.json").body.count(b"NEW") >= 1
            door.ask("/")
            assert door.ask("/").is_hit  # and from then on it is kept like any page

    def test_an_update_taken_back_does_not_appear(self, door: Door, post: Post) -> None:
        at = timezone.now() + timedelta(hours=1)
        _save_new_text(post, title="On NEW glue", slug=post.slug)
        workflow.submit(post, by=None)
        workflow.approve(post, by=make_user("Publishers"), publish_at=at)
        door.ask("/")
        _save_new_text(post, title="On NEWER glue", slug=post.slug)

        with time_machine.travel(at + timedelta(seconds=1), tick=False):
            assert b"NEW" not in door.ask("/").body


def test_what_was_rolled_back_changes_nothing(door: Door, post: Post) -> None:
    door.ask("/")
    with transaction.atomic():
        post.author.save()
        transaction.set_rollback(True)

    assert door.ask("/").is_hit


def _seconds(answer: Answer) -> int:
    words = answer.headers["Cache-Control"].split(", ")
    return sum(int(w.partition("=")[2] or 0) for w in words if not w.startswith("stale-if-error"))
