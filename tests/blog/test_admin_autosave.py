"""The door for saves by themselves: who may pass, and what it answers."""

import pytest
from django.test import Client
from django.urls import reverse

from blog import revisions
from blog.models import Post
from tests import factories
from tests.blog.test_admin import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer(client):
    user = factories.make_user("Writers", username="wilma")
    client.force_login(user)
    return user


def url(post):
    return reverse("admin:blog_post_autosave", args=[post.pk])


def test_saves_and_says_as_which_revision(client, writer):
    post = factories.make_post(by=writer)

    answer = client.post(url(post), words(post, body="Typed."))

    post.refresh_from_db()
    saved = post.latest_revision
    assert answer.status_code == 200
    assert answer.json() == {
        "saved": True,
        "revision": saved.number,
        "at": f"{saved.created_at:%H:%M}",
    }
    assert (saved.body, saved.is_autosave, saved.note) == ("Typed.", True, "")
    assert "no-store" in answer["Cache-Control"]


def test_what_readers_would_see_at_once_waits_for_the_button(client, writer):
    original = factories.make_post()
    post = factories.make_post(by=writer, language="ar")

    typed = words(post, body="Typed.", translation_of=original.pk)
    assert client.post(url(post), typed).json()["saved"]

    post.refresh_from_db()
    assert post.translation_of is None


def test_a_new_post_is_kept_by_the_browser(client, writer):
    answer = client.post(reverse("admin:blog_post_autosave_new"), {"title": "New"})

    assert answer.json() == {
        "saved": False,
        "message": "Your text is kept on this computer until you press Save.",
    }
    assert not Post.objects.exists()


def test_a_decision_is_a_reason_not_to(client, writer):
    post = factories.make_post(in_review=True)

    answer = client.post(url(post), words(post, body="Typed."))

    assert answer.status_code == 200
    assert answer.json()["saved"] is False
    assert "back from review" in answer.json()["message"]


def test_another_persons_newer_text_is_a_conflict(client, writer):
    post = factories.make_post()
    mine = words(post, body="Mine.")
    anna = factories.make_user("Editors", username="anna")
    saved = revisions.save_revision(post, factories.make_draft(author=post.author), by=anna)

    answer = client.post(url(post), mine)

    assert answer.status_code == 409
    assert answer.json()["by"] == "anna"
    assert answer.json()["at"] == f"{saved.created_at:%H:%M}"
    post.refresh_from_db()
    assert post.latest_revision == saved


def test_what_the_form_refuses_is_told_by_field(client, writer):
    post = factories.make_post()

    answer = client.post(url(post), words(post, title=""))

    assert answer.status_code == 422
    assert answer.json() == {"errors": {"Title": ["This field is required."]}}


class TestRefuses:
    def test_strangers_in_json_and_without_a_redirect(self, client):
        post = factories.make_post()

        answer = client.post(url(post), words(post))

        assert answer.status_code == 401
        assert answer.json() == {"message": "You are signed out."}

    @pytest.mark.parametrize("group", ["Publishers", "Operators"])
    def test_whoever_may_only_look(self, client, group):
        client.force_login(factories.make_user(group))
        post = factories.make_post()

        assert client.post(url(post), words(post, body="No.")).status_code == 403

    def test_a_text_that_another_person_typed(self, client, writer):
        other = factories.make_user("Writers")
        post = factories.make_post()

        answer = client.post(url(post), words(post, body="Theirs.", typed_by=other.pk))

        assert answer.status_code == 403
        assert (
            "Somebody else typed this text; you are signed in as wilma" in answer.json()["message"]
        )
        post.refresh_from_db()
        assert post.latest_revision.number == 1

    def test_a_request_from_another_site(self, writer):
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(writer)
        post = factories.make_post()

        assert strict.post(url(post), words(post)).status_code == 403

    def test_a_post_that_is_gone(self, client, writer):
        answer = client.post(reverse("admin:blog_post_autosave", args=[999999]), {})

        assert (answer.status_code, answer.json()) == (404, {"message": "It was deleted."})

    def test_an_address_typed_by_hand(self, client, writer):
        assert client.get(url(factories.make_post())).status_code == 405
