"""Old addresses lead on in one step, live pages always win, and what was withdrawn says so."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from blog import revisions
from blog.models import Post, Redirect, Tag
from publishing import workflow
from tests.factories import make_author, make_category, make_draft, make_post, make_user

pytestmark = pytest.mark.django_db


def move(post: Post, slug: str, **content) -> None:
    """Give a live post another address, as an editor and an approver do."""
    draft = make_draft(slug=slug, title=post.title, language=post.language, **content)
    revisions.save_revision(post, draft, by=None)
    workflow.submit(post, by=None)
    workflow.approve(post, by=make_user("Editors"))


def withdraw(post: Post) -> None:
    workflow.withdraw(post, by=make_user("Publishers"))


def lead(path: str, **to) -> Redirect:
    return Redirect.objects.create(path=path, **to)


class TestWhatMoved:
    def test_a_post_is_found_from_each_address_it_had_in_one_step(self, client):
        post = make_post(live=True, slug="a")
        for slug in ["b", "c"]:
            move(post, slug)

        for old in ["/posts/a/", "/posts/b/", "/posts/a", "/posts/b?utm_source=x"]:
            answer = client.get(old)
            assert (answer.status_code, answer.headers["Location"]) == (301, "/posts/c/"), old
        assert client.get("/posts/c/").status_code == 200

    def test_a_post_that_moves_back_makes_no_loop(self, client):
        post = make_post(live=True, slug="a")
        for slug in ["b", "a"]:
            move(post, slug)

        assert client.get("/posts/a/").status_code == 200
        assert client.get("/posts/b/").headers["Location"] == "/posts/a/"
        # No browser may remember for ever what can move back.
        kept = client.get("/posts/b/").headers["Cache-Control"]
        assert kept.startswith("public, max-age=60, s-maxage=60,")

    def test_the_page_that_lives_at_an_old_address_wins(self, client):
        moved = make_post(live=True, slug="a")
        move(moved, "b")
        make_post(live=True, slug="a", title="The new one")

        assert "The new one" in client.get("/posts/a/").content.decode()
        # Without the slash, too: the site adds it, and does not go elsewhere.
        assert client.get("/posts/a").headers["Location"] == "/posts/a/"

    def test_a_post_that_changes_its_language_is_found(self, client):
        post = make_post(live=True, slug="a")
        revisions.save_revision(post, make_draft(slug="a", language="ar"), by=None)
        workflow.submit(post, by=None)
        workflow.approve(post, by=make_user("Editors"))

        assert client.get("/posts/a/").headers["Location"] == "/ar/posts/a/"
        assert client.get("/ar/posts/a/").status_code == 200

    @pytest.mark.parametrize("shelf", ["category", "tag", "author"])
    def test_shelves_are_found_in_every_language(self, client, shelf):
        makers = {
            "category": make_category,
            "author": make_author,
            "tag": lambda **fields: Tag.objects.create(name="Old", **fields),
        }
        thing = makers[shelf](slug="old")
        make_post(live=True, **{"tags": [thing]} if shelf == "tag" else {shelf: thing})
        before = thing.get_absolute_url()
        thing.slug = "new"
        thing.save()

        after = before.replace("old", "new")
        assert client.get(before).headers["Location"] == after
        assert client.get(f"/ar{before}").headers["Location"] == f"/ar{after}"
        assert client.get(after).status_code == 200

    def test_a_shelf_that_is_saved_without_a_move_leaves_nothing(self):
        category = make_category(slug="old")
        category.name = "Another name"
        category.save()

        assert not Redirect.objects.exists()

    def test_a_subject_without_posts_leads_nowhere(self, client):
        tag = Tag.objects.create(name="Glue", slug="old")
        tag.slug = "new"
        tag.save()

        assert client.get("/tags/old/").status_code == 404

    def test_what_belongs_to_a_page_moves_with_it(self, client):
        post = make_post(live=True, slug="a")
        move(post, "b")
        category = make_category(slug="old")
        category.slug = "new"
        category.save()

        assert client.get("/posts/a.md").headers["Location"] == "/posts/b.md"
        answer = client.get("/categories/old/feed.rss")
        assert answer.headers["Location"] == "/categories/new/feed.rss"


class TestTyped:
    def test_it_leads_to_a_path_or_an_address_elsewhere(self, client):
        lead("/old/", target="/archive/")
        lead("/blog/1.html", target="https://elsewhere.example/1?x=1")

        assert client.get("/old/").headers["Location"] == "/archive/"
        assert client.get("/old").headers["Location"] == "/archive/"
        assert client.get("/blog/1.html").headers["Location"] == "https://elsewhere.example/1?x=1"

    @pytest.mark.parametrize(
        "target", ["javascript:alert(1)", "//evil.example/", "/\\evil.example", "ftp://x.example/"]
    )
    def test_it_leads_to_nothing_else(self, client, target):
        lead("/old/", target=target)

        assert client.get("/old/").status_code == 404

    def test_a_chain_is_one_step(self, client):
        lead("/one/", target="/two/")
        lead("/two/", target="/three/?x=1")
        lead("/three/", post=make_post(live=True, slug="a"))

        assert client.get("/one/").headers["Location"] == "/posts/a/"

    def test_a_loop_is_no_page(self, client):
        lead("/one/", target="/two/")
        lead("/two/", target="/one/")
        lead("/self/", target="/self/")

        assert client.get("/one/").status_code == 404
        assert client.get("/self/").status_code == 404

    def test_a_target_that_is_a_page_is_not_followed_further(self, client):
        moved = make_post(live=True, slug="a")
        move(moved, "b")
        make_post(live=True, slug="a")
        lead("/old/", target="/posts/a/")

        assert client.get("/old/").headers["Location"] == "/posts/a/"


class TestAddressesOfWordPress:
    @pytest.mark.parametrize(
        "address", ["/?p=123", "/?p=123&preview=true", "/?utm=x&p=123", "/?p=123/"]
    )
    def test_a_query_that_names_a_post_leads_to_it(self, client, address):
        lead("/?p=123", post=make_post(live=True, slug="a"))
        lead("/?p=123/", post=make_post(live=True, slug="b"))

        assert client.get(address).headers["Location"] in ("/posts/a/", "/posts/b/")

    def test_a_query_that_names_nothing_shows_the_front_page(self, client):
        lead("/?p=123", post=make_post(live=True, slug="a"))

        assert client.get("/?p=124").status_code == 200
        assert client.get("/?utm_source=p").status_code == 200

    def test_a_withdrawn_post_is_gone_from_there_too(self, client):
        post = make_post(live=True, slug="a")
        lead("/?page_id=7", post=post)
        withdraw(post)

        assert client.get("/?page_id=7").status_code == 410

    def test_dated_and_foreign_addresses_are_found_however_they_are_written(self, client):
        post = make_post(live=True, slug="a")
        lead("/2019/05/%d8%ba%d8%b1%d8%a7%d8%a1/", post=post)
        lead("/2019/06/صمغ/", post=post)

        for path in ["/2019/05/غراء/", "/2019/05/%D8%BA%D8%B1%D8%A7%D8%A1/", "/2019/06/صمغ"]:
            assert client.get(path).headers["Location"] == "/posts/a/", path


class TestWithdrawn:
    def test_its_address_says_gone(self, client):
        post = make_post(live=True, slug="a")
        withdraw(post)
        answer = client.get("/posts/a/")
        text = answer.content.decode()

        assert answer.status_code == 410
        assert "This post was withdrawn" in text
        assert '<meta name="robots" content="noindex">' in text
        assert post.title not in text

    def test_so_do_the_addresses_it_had(self, client):
        post = make_post(live=True, slug="a")
        move(post, "b")
        withdraw(post)

        assert client.get("/posts/a/").status_code == 410
        assert client.get("/posts/b/").status_code == 410

    def test_it_says_so_in_the_language_of_the_address(self, client):
        withdraw(make_post(live=True, slug="a", language="ar"))
        answer = client.get("/ar/posts/a/")

        assert answer.status_code == 410
        assert '<html lang="ar" dir="rtl">' in answer.content.decode()
        assert "سُحبت هذه المقالة" in answer.content.decode()

    def test_what_readers_never_saw_is_not_found(self, client):
        withdraw(make_post(approved=True, slug="scheduled"))
        make_post(slug="draft")
        lead("/old/", post=make_post(slug="another-draft"))

        for path in ["/posts/scheduled/", "/posts/draft/", "/old/"]:
            assert client.get(path).status_code == 404, path

    def test_one_that_comes_back_is_a_page_again(self, client):
        post = make_post(live=True, slug="a")
        withdraw(post)
        workflow.restore(post, by=make_user("Editors"))
        assert client.get("/posts/a/").status_code == 410
        workflow.submit(post, by=None)
        workflow.approve(post, by=make_user("Publishers"))

        assert client.get("/posts/a/").status_code == 200

    def test_a_redirect_from_its_address_is_stronger(self, client):
        withdraw(make_post(live=True, slug="a"))
        lead("/posts/a/", post=make_post(live=True, slug="better"))

        assert client.get("/posts/a/").headers["Location"] == "/posts/better/"


class TestCost:
    def test_a_live_page_asks_for_no_redirect(self, client):
        post = make_post(live=True)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(post.get_absolute_url())
            client.get("/")

        assert not [each for each in queries if "blog_redirect" in each["sql"]]

    @pytest.mark.parametrize(
        "path", ["/x%00y/", "/posts/x%00/", "/" + "x" * 3000, "/%ff%fe/", "//", "/?p=%00"]
    )
    def test_strange_addresses_are_answered(self, client, path):
        assert client.get(path).status_code in (200, 301, 404)

    def test_only_those_who_read_are_led(self, client):
        lead("/x/old/", target="/archive/")

        assert client.post("/x/old/").status_code == 404
        assert client.head("/x/old/").status_code == 301
