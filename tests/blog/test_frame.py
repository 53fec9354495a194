"""What surrounds every page: one query, kept for a second at most, and the clock of the site."""

from datetime import timedelta

import pytest
import time_machine
from django.test import RequestFactory
from django.utils import timezone

from blog import frame, revisions
from blog.models import Post, Tag
from blog.pagecache import visits
from publishing import workflow
from tests.factories import make_category, make_draft, make_image, make_post, make_user

pytestmark = pytest.mark.django_db


def _frame(version: str = "") -> frame.Frame:
    request = RequestFactory().get("/")
    visits.of(request).version = version
    return frame.of(request)


def _waiting_update(post: Post, *, hours: float, slug: str = "") -> None:
    draft = make_draft(title="New words", slug=slug or post.slug)
    revisions.save_revision(post, draft, by=None)
    workflow.submit(post, by=None)
    at = timezone.now() + timedelta(hours=hours)
    workflow.approve(post, by=make_user("Publishers"), publish_at=at)


class TestTheClock:
    def test_nothing_is_planned(self) -> None:
        make_post(live=True)
        assert _frame().next_change_at is None

    def test_the_next_publication_or_update_whichever_is_first(self) -> None:
        live = make_post(live=True)
        first = make_post(approved=True, publish_at=timezone.now() + timedelta(hours=2))
        make_post(approved=True, publish_at=timezone.now() + timedelta(hours=3))
        assert _frame().next_change_at == first.publish_at

        _waiting_update(live, hours=1)
        live.refresh_from_db()
        assert _frame().next_change_at == live.update_at

    def test_an_update_that_is_due_is_shown_first(self) -> None:
        post = make_post(live=True)
        _waiting_update(post, hours=1)

        with time_machine.travel(timezone.now() + timedelta(hours=2), tick=False):
            assert _frame().next_change_at is None
        post.refresh_from_db()
        assert (post.title, post.update_at) == ("New words", None)

    def test_an_update_that_can_not_be_shown_does_not_take_the_site_down(self, client) -> None:
        post = make_post(live=True, title="Old words")
        _waiting_update(post, hours=1, slug="wanted")
        # No door of ours gives the address away twice; somebody found another.
        other = make_post()
        Post.objects.filter(pk=other.pk).update(slug="wanted")

        with time_machine.travel(timezone.now() + timedelta(hours=2), tick=False):
            answer = client.get("/")

        assert answer.status_code == 200
        assert b"Old words" in answer.content
        # Soon somebody may have given way, or mended it.
        assert answer.headers["Cache-Control"].startswith("public, max-age=1, s-maxage=1,")


class TestKept:
    def test_without_a_version_it_is_read_each_time(self, django_assert_num_queries) -> None:
        with django_assert_num_queries(2):
            _frame()
            _frame()

    def test_under_one_version_for_a_second(self, django_assert_num_queries) -> None:
        now = timezone.now()
        with django_assert_num_queries(1), time_machine.travel(now, tick=False):
            first = _frame("a")
            assert _frame("a") is first
        with django_assert_num_queries(1), time_machine.travel(now, tick=False):
            assert _frame("b") is not first
        later = now + timedelta(seconds=1)
        with django_assert_num_queries(1), time_machine.travel(later, tick=False):
            _frame("b")

    def test_never_past_the_next_change(self) -> None:
        now = timezone.now()
        soon = now + timedelta(seconds=0.5)
        with time_machine.travel(now, tick=False):
            make_post(approved=True, publish_at=soon)
            assert _frame("c").next_change_at == soon
        with time_machine.travel(soon, tick=False):
            assert _frame("c").next_change_at is None


class TestNavigation:
    def test_only_shelves_with_posts(self) -> None:
        make_category(name="Empty")
        make_post(live=True, category=make_category(name="Tools", slug="tools"))

        [shelf] = _frame().navigation.shelves
        assert (shelf.name, shelf.url) == ("Tools", "/categories/tools/")


class TestQueriesOfAPage:
    """Exact numbers, cold: the frame is one of them, and kept for a second where Redis is up."""

    @pytest.fixture
    def shelf(self) -> dict:
        names = ("Glue", "Wood", "Wax")
        return {
            "category": make_category(slug="workshop"),
            "tags": [Tag.objects.create(name=n, slug=n.lower()) for n in names],
        }

    def test_a_post_is_three_and_one_for_pictures_in_its_text(
        self, client, shelf, django_assert_num_queries
    ):
        plain = make_post(live=True)
        image = make_image(alt_text="A pot")
        rich = make_post(
            live=True, cover=make_image(), body=f"![A pot]({image.file.url})\n\ntext", **shelf
        )
        translated = make_post(live=True, language="ar", **shelf)
        Post.objects.filter(pk=translated.pk).update(translation_of=rich)
        for _ in range(6):
            make_post(live=True, cover=make_image(), **shelf)

        for post, pictures in ((plain, 0), (rich, 1), (translated, 0)):
            # The frame, the post, what is around it.
            with django_assert_num_queries(3 + pictures):
                assert client.get(post.get_absolute_url()).status_code == 200

    @pytest.mark.parametrize(
        ("path", "queries"),
        [
            ("/", 2),
            ("/tags/glue/", 3),
            ("/categories/workshop/", 3),
            ("/feed.rss", 2),
            ("/feed.atom", 2),
            ("/feed.json", 2),
            ("/archive/", 2),
            ("/api/v1/posts/", 2),
            ("/api/v1/tags/", 2),
            ("/robots.txt", 1),
        ],
    )
    def test_a_list_is_at_most_three(self, client, shelf, path, queries, django_assert_num_queries):
        for _ in range(5):
            make_post(live=True, cover=make_image(), **shelf)

        with django_assert_num_queries(queries):
            assert client.get(path).status_code == 200
