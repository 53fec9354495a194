"""The preview of what is being typed: the public page, for those who may save it, kept nowhere."""

import pytest
from django.test import Client
from django.urls import reverse

from blog import revisions
from blog.models import Post, Revision, Tag
from tests import factories

pytestmark = pytest.mark.django_db
URL = reverse("files:preview-unsaved")


@pytest.fixture
def writer(client):
    user = factories.make_user("Writers")
    client.force_login(user)
    return user


def show(client, **typed):
    return client.post(URL, {"kind": "post", "language": "en"} | typed)


def test_a_new_post_is_shown_as_readers_would_see_it_and_kept_nowhere(client, writer):
    author, tag = factories.make_author(name="Ada"), Tag.objects.create(name="Glue", slug="glue")
    cover = factories.make_image(alt_text="A pot of glue")

    answer = show(
        client,
        title="On <glue>",
        summary="Sticky.",
        body="Some **bold** words.\n\n<script>alert(1)</script>",
        author=author.pk,
        tags=[tag.pk],
        cover=cover.pk,
        category=factories.make_category(name="Workshop").pk,
    )

    page = answer.content.decode()
    assert "<h1>On &lt;glue&gt;</h1>" in page
    assert "<strong>bold</strong>" in page
    assert "<script>alert" not in page
    for words in ("Sticky.", "Ada", "Glue", "Workshop", 'alt="A pot of glue"'):
        assert words in page
    # The public page itself, with what stands around it.
    assert '<article class="post">' in page
    assert '<header class="masthead">' in page
    assert not Post.objects.exists()
    assert not Revision.objects.exists()


def test_a_saved_post_is_shown_with_what_was_typed_and_stays_what_it_is(client, writer):
    post = factories.make_post(live=True, title="Approved", body="Approved text.")
    newer = factories.make_draft(title="Newer", summary="Newer summary.", author=post.author)
    revisions.save_revision(post, newer, by=writer)

    page = show(client, post=post.pk, title="Typed", author=post.author_id).content.decode()

    assert "<h1>Typed</h1>" in page
    assert "Approved" not in page
    post.refresh_from_db()
    assert (post.title, post.latest_revision.title) == ("Approved", "Newer")


def test_half_a_post_is_shown_too(client, writer):
    page = show(client, title="", slug="no slug!", body="Words.").content.decode()

    assert "<h1>Untitled</h1>" in page
    assert "Nobody yet" in page
    assert "<p>Words.</p>" in page


def test_a_page_has_the_template_of_pages(client, writer):
    page = show(client, kind="page", title="About", body="Us.").content.decode()

    assert 'class="frame post-head page-head"' in page
    assert "about-author" not in page


def test_the_page_speaks_the_language_of_the_text(client, writer):
    page = show(client, title="مرحبا", language="ar").content.decode()

    assert '<html lang="ar" dir="rtl">' in page
    assert '<article class="post">' in page


def test_it_is_framed_by_the_admin_alone_and_never_kept_or_indexed(client, writer):
    answer = show(client, title="T", body="B")

    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    policy = answer["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in policy
    assert "unsafe" not in policy


class TestRefuses:
    def test_strangers(self, client):
        assert show(client, title="T").status_code == 403

    def test_whoever_may_only_look(self, client):
        client.force_login(factories.make_user("Publishers"))
        post = factories.make_post()

        assert show(client, title="T").status_code == 403
        assert show(client, post=post.pk, title="T").status_code == 403

    def test_a_reader_with_an_account_that_is_no_staff(self, client):
        user = factories.make_user("Writers")
        user.is_staff = False
        user.save()
        client.force_login(user)

        assert show(client, title="T").status_code == 403

    def test_a_request_from_another_site(self, writer):
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(writer)

        assert show(strict, title="T").status_code == 403

    def test_an_address_typed_by_hand(self, client, writer):
        assert client.get(URL).status_code == 405

    @pytest.mark.parametrize("pk", ["999999", "x", "١"])
    def test_a_post_that_is_not_there(self, client, writer, pk):
        assert show(client, post=pk, title="T").status_code == 404
