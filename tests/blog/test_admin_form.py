"""The editing form: every field reaches the revision, and a refusal says what to do."""

import json

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from blog import placement, revisions
from blog.models import Post
from tests import factories
from tests.blog.test_admin import edit_url, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer(client):
    user = factories.make_user("Writers", username="wilma")
    client.force_login(user)
    return user


def errors(answer):
    assert answer.status_code == 200
    return answer.context["adminform"].form.errors


def test_what_search_engines_get_is_part_of_the_revision(client, writer):
    post = factories.make_post()
    typed = {
        "seo_title": "For machines",
        "seo_description": "In short.",
        "canonical_url": "https://example.org/first",
    }

    client.post(edit_url(post), words(post, **typed))

    latest = post.revisions.first()
    assert latest.number == 2
    assert {name: getattr(latest, name) for name in typed} == typed


def test_the_line_ends_of_browsers_are_no_change(client, writer):
    post = factories.make_post(body="One.\n\nTwo.", summary="A\nB")

    client.post(edit_url(post), words(post, body="One.\r\n\r\nTwo.", summary="A\r\nB"))

    assert post.revisions.count() == 1


def test_a_new_post_beside_others_is_nobodys_translation(client, writer):
    other = factories.make_post()
    typed = {"title": "New", "language": "en", "author": other.author_id}

    assert client.post(reverse("admin:blog_post_add"), typed).status_code == 302

    assert Post.objects.get(title="New").translation_of is None


class TestLanguages:
    def test_are_those_of_the_site_and_what_the_post_has(self, client, writer):
        def offered(url):
            return client.get(url).context["adminform"].form.fields["language"].choices

        latin = factories.make_post(language="la")

        assert offered(reverse("admin:blog_post_add")) == [("en", "English"), ("ar", "Arabic")]
        assert offered(edit_url(latin))[-1] == ("la", "la")

    def test_another_is_refused(self, client, writer):
        post = factories.make_post()

        assert errors(client.post(edit_url(post), words(post, language="xx")))["language"]

    def test_a_translation_is_saved_beside_the_text_and_noted(self, client, writer):
        original, post = factories.make_post(), factories.make_post(language="ar")

        page = client.post(edit_url(post), words(post, translation_of=original.pk), follow=True)

        post.refresh_from_db()
        assert (post.translation_of, post.latest_revision.number) == (original, 1)
        assert "Saved. The text is as it was." in page.content.decode()
        entry = LogEntry.objects.get()
        assert (entry.user, entry.get_change_message()) == (writer, "Changed Translation of.")

    def test_two_in_one_language_are_refused_beside_the_field(self, client, writer):
        original = factories.make_post(title="First")
        arabic = factories.make_post(language="ar", title="Arabic one")
        placement.place(arabic, by=writer, translation_of=original, menu_position=None)
        post = factories.make_post(language="ar")

        said = errors(client.post(edit_url(post), words(post, translation_of=original.pk)))

        expected = "“First” has a translation into Arabic already: “Arabic one”."
        assert said["translation_of"] == [expected]

    def test_nor_does_a_translation_change_into_the_language_of_another(self, client, writer):
        original = factories.make_post()
        for language in ("ar", "la"):
            post = factories.make_post(language=language)
            placement.place(post, by=writer, translation_of=original, menu_position=None)

        typed = words(post, language="ar", translation_of="")
        said = errors(client.post(edit_url(post), typed))

        assert "already" in said["translation_of"][0]

    def test_originals_alone_are_offered(self, client, writer):
        original = factories.make_post(title="Glue one")
        arabic = factories.make_post(title="Glue two", language="ar")
        placement.place(arabic, by=writer, translation_of=original, menu_position=None)

        source = {"app_label": "blog", "model_name": "post", "field_name": "translation_of"}
        answer = client.get(reverse("admin:autocomplete"), source | {"term": "glue"})

        assert [row["text"] for row in answer.json()["results"]] == ["Glue one"]


class TestTwoEditors:
    def test_every_field_that_differs_is_shown_with_who_changed_it(self, client, writer):
        post = factories.make_post(title="Old", summary="Old.", body="Old text.")
        mine = words(post, summary="Mine.", body="My text.")
        before, ada = post.author.name, factories.make_author(name="Ada")
        theirs = factories.make_draft(
            title="Theirs", summary="Old.", body="Their text.", author=ada
        )
        revisions.save_revision(post, theirs, by=factories.make_user("Editors"))

        form = client.post(edit_url(post), mine).context["adminform"].form

        found = {row.name: (row.theirs, row.mine, row.who) for row in form.differences()}
        assert found == {
            "title": ("Theirs", "Old", "Only they changed it: yours is the text from before."),
            "summary": ("Old.", "Mine.", "Only you changed it."),
            "body": ("Their text.", "My text.", "You both changed it."),
            "author": (
                "Ada",
                before,
                "Only they changed it: yours is the text from before.",
            ),
        }
        author = next(row for row in form.differences() if row.name == "author")
        assert json.loads(author.filling) == [[str(ada.pk), "Ada"]]

    def test_theirs_is_never_markup(self, client, writer):
        post = factories.make_post()
        mine = words(post, body="Mine.")
        theirs = factories.make_draft(author=post.author, title='"><b>x</b>', body="</textarea><i>")
        revisions.save_revision(post, theirs, by=None)

        page = client.post(edit_url(post), mine).content.decode()

        assert "<b>x</b>" not in page
        assert "</textarea><i>" not in page

    def test_ones_own_second_window_is_called_that(self, client, writer):
        post = factories.make_post(by=writer)
        mine = words(post, body="Here.")
        elsewhere = factories.make_draft(author=post.author, body="There.")
        revisions.save_revision(post, elsewhere, by=writer)

        page = client.post(edit_url(post), mine).content.decode()

        assert "You saved revision 2 at" in page
        assert "in another window" in page

    def test_a_text_typed_by_another_is_saved_only_when_said_twice(self, client, writer):
        post = factories.make_post()
        typed = words(post, body="Theirs.", typed_by=factories.make_user("Writers").pk)

        page = client.post(edit_url(post), typed)
        assert "Somebody else typed this text; you are signed in as wilma" in page.content.decode()
        assert post.revisions.count() == 1
        again = typed | {"typed_by": page.context["adminform"].form["typed_by"].value()}
        client.post(edit_url(post), again)

        assert post.revisions.first().created_by == writer


class TestTheCopyInTheBrowser:
    def test_may_go_once_the_text_is_saved(self, client, writer):
        post = factories.make_post()

        answer = client.post(edit_url(post), words(post, body="New.", typing_id="ab12cd34ef"))

        cookie = answer.cookies["autoblog_saved"]
        assert (cookie.value, cookie["path"], cookie["samesite"]) == (
            "ab12cd34ef",
            "/admin/",
            "Lax",
        )

    def test_stays_when_the_save_is_refused(self, client, writer):
        post = factories.make_post()

        answer = client.post(edit_url(post), words(post, title="", typing_id="ab12cd34ef"))

        assert "autoblog_saved" not in answer.cookies
        assert 'value="ab12cd34ef"' in answer.content.decode()

    def test_has_a_name_and_nothing_else(self, client, writer):
        post = factories.make_post()

        answer = client.post(edit_url(post), words(post, typing_id="x;\r\nSet-Cookie: a=b"))

        assert "autoblog_saved" not in answer.cookies
        assert Post.objects.get().latest_revision.number == 1
