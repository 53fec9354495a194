"""The writing desk: words become revisions, nothing is overwritten, secrets are shown once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.db import connections
from django.urls import reverse
from knox.models import AuthToken

from blog import revisions
from blog.admin.post_form import PostForm
from blog.api import tokens
from blog.models import Author, Post, Tag
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer(client):
    user = factories.make_user("Writers")
    client.force_login(user)
    return user


def words(post: Post, **changes: object) -> dict[str, object]:
    """What the edit form of a post would send."""
    revision = post.latest_revision
    return {
        "title": revision.title,
        "slug": revision.slug,
        "summary": revision.summary,
        "body": revision.body,
        "language": revision.language,
        "author": revision.author_id,
        "tags": revision.tag_ids,
        "note": "",
        "base_revision": revision.number,
    } | changes


def edit_url(post: Post) -> str:
    return reverse("admin:blog_post_change", args=[post.pk])


class TestPosts:
    def test_writing_a_post_makes_a_draft_with_its_first_revision(self, client, writer):
        author = factories.make_author()
        data = {"title": "A new day", "body": "Text.", "language": "en", "author": author.pk}

        answer = client.post(reverse("admin:blog_post_add"), data | {"note": "First try"})

        post = Post.objects.get()
        assert answer.status_code == 302
        assert (post.status, post.slug, post.latest_revision.number) == ("draft", "a-new-day", 1)
        assert post.latest_revision.created_by == writer
        assert post.latest_revision.note == "First try"

    def test_the_form_shows_the_latest_revision_and_not_what_readers_see(self, client, writer):
        post = factories.make_post(live=True, title="Old title")
        newer = factories.make_draft(title="Newer title", author=post.author)
        revisions.save_revision(post, newer, by=writer)

        page = client.get(edit_url(post)).content.decode()

        assert 'value="Newer title"' in page
        assert "You are editing revision 2" in page

    def test_editing_a_live_post_leaves_readers_what_was_approved(self, client, writer):
        post = factories.make_post(live=True, title="Approved", body="Approved text.")
        tag = Tag.objects.create(name="New", slug="new")

        client.post(edit_url(post), words(post, title="Edited", body="New text.", tags=[tag.pk]))

        post.refresh_from_db()
        assert (post.title, post.body, list(post.tags.all())) == ("Approved", "Approved text.", [])
        assert post.is_live
        latest = post.latest_revision
        assert (latest.number, latest.title, latest.tag_ids) == (2, "Edited", [tag.pk])
        assert writer.pk in latest.contributor_ids

    def test_what_the_form_cannot_show_is_kept(self, client, writer):
        post = factories.make_post(is_ai_generated=True, is_sample=True)

        client.post(edit_url(post), words(post, body="Mine now."))

        post.refresh_from_db()
        assert post.latest_revision.is_ai_generated
        assert post.latest_revision.is_sample

    def test_a_conflict_shows_both_texts_and_saves_neither(self, client, writer):
        post = factories.make_post(body="Common line.\nOld line.")
        mine = words(post, body="Common line.\nMy line.")
        theirs = factories.make_draft(author=post.author, body="Common line.\nTheir <b>line</b>.")
        revisions.save_revision(post, theirs, by=factories.make_user("Editors"))

        page = client.post(edit_url(post), mine).content.decode()

        assert "Two versions of the same post" in page
        assert "My line." in page
        assert "Their &lt;b&gt;line&lt;/b&gt;." in page
        assert "<b>line</b>" not in page
        post.refresh_from_db()
        assert post.latest_revision.number == 2

    def test_saving_again_after_a_conflict_goes_through(self, client, writer):
        post = factories.make_post()
        mine = words(post, body="Mine.")
        revisions.save_revision(post, factories.make_draft(author=post.author), by=None)

        page = client.post(edit_url(post), mine)
        assert page.context["adminform"].form["base_revision"].value() == "2"
        client.post(edit_url(post), mine | {"base_revision": "2"})

        post.refresh_from_db()
        assert (post.latest_revision.number, post.latest_revision.body) == (3, "Mine.")

    @pytest.mark.django_db(transaction=True)
    def test_a_revision_saved_between_check_and_save_is_a_conflict_too(self, client, monkeypatch):
        client.force_login(factories.make_user("Writers"))
        post = factories.make_post()
        theirs = factories.make_draft(author=post.author, body="Theirs.")
        to_draft = PostForm.to_draft

        def overtaken(form: PostForm) -> revisions.Draft:
            with ThreadPoolExecutor(1) as pool:
                pool.submit(_save_elsewhere, post.pk, theirs).result()
            return to_draft(form)

        monkeypatch.setattr(PostForm, "to_draft", overtaken)
        page = client.post(edit_url(post), words(post, body="Too late."))

        assert page.status_code == 200
        assert page.context["adminform"].form.conflict.body == "Theirs."
        assert "Too late." in page.content.decode()

    def test_a_taken_address_is_refused_in_the_form(self, client, writer):
        factories.make_post(slug="taken")
        post = factories.make_post()

        page = client.post(edit_url(post), words(post, slug="taken"))

        assert page.status_code == 200
        assert page.context["adminform"].form.errors["slug"]

    def test_a_text_that_is_too_long_is_refused_in_the_form(self, client, writer):
        post = factories.make_post()

        page = client.post(edit_url(post), words(post, body="x" * 200_001))

        assert page.status_code == 200
        assert "at most 200000 characters" in str(page.context["adminform"].form.errors["body"])

    def test_whoever_may_only_look_is_led_to_the_review_desk(self, client):
        client.force_login(factories.make_user("Publishers"))
        post = factories.make_post()

        answer = client.get(edit_url(post))

        assert answer.url == reverse("admin:publishing_queuedpost_change", args=[post.pk])

    def test_the_list_takes_as_many_queries_for_many_posts_as_for_one(
        self, client, writer, django_assert_max_num_queries
    ):
        for _ in range(12):
            factories.make_post()
        client.get(reverse("admin:blog_post_changelist"))
        # Who asks (4), a transaction (2) with its patience (2), the count, the posts, the menu.
        with django_assert_max_num_queries(11):
            client.get(reverse("admin:blog_post_changelist"))

    def test_only_a_live_post_offers_its_public_address(self, client, writer):
        draft, live = factories.make_post(), factories.make_post(live=True)

        assert client.get(edit_url(draft)).context["absolute_url"] is None
        assert client.get(edit_url(live)).context["absolute_url"] == live.get_absolute_url()


def _save_elsewhere(post_id: int, draft: revisions.Draft) -> None:
    try:
        revisions.save_revision(Post.objects.get(pk=post_id), draft, by=None)
    finally:
        connections.close_all()


class TestTaxonomy:
    def test_whoever_renames_what_live_posts_show_is_an_editor_and_on_record(self, client, writer):
        tag = Tag.objects.create(name="Bikes", slug="bikes")
        url = reverse("admin:blog_tag_change", args=[tag.pk])
        assert client.post(url, {"name": "Scam", "slug": "bikes"}).status_code == 403
        editor = factories.make_user("Editors")
        client.force_login(editor)

        client.post(url, {"name": "Bicycles", "slug": "bikes"})

        tag.refresh_from_db()
        assert tag.name == "Bicycles"
        entry = LogEntry.objects.get(object_id=str(tag.pk))
        assert (entry.user, entry.get_change_message()) == (editor, "Changed Name.")

    def test_lists_count_posts_in_one_query(self, client, django_assert_max_num_queries):
        client.force_login(factories.make_user("Editors"))
        for _ in range(8):
            factories.make_post()
        assert Author.objects.count() >= 8
        client.get(reverse("admin:blog_author_changelist"))
        with django_assert_max_num_queries(9):
            page = client.get(reverse("admin:blog_author_changelist"))
        assert page.status_code == 200


class TestTokens:
    def test_a_new_token_is_shown_once_and_works(self, client, writer):
        answer = client.post(reverse("admin:knox_authtoken_add"), {"lifetime": "30"})

        token = answer.context["secret"]
        assert token in answer.content.decode()
        assert "no-store" in answer["Cache-Control"]
        later = client.get(reverse("admin:knox_authtoken_changelist")).content.decode()
        assert token not in later
        assert AuthToken.objects.get().user == writer
        header = {"authorization": f"Bearer {token}"}
        client.logout()
        assert client.get("/api/v1/runs/", headers=header).status_code == 200

    def test_no_token_lives_for_ever(self, client, writer):
        client.post(reverse("admin:knox_authtoken_add"), {"lifetime": ""})

        assert not AuthToken.objects.exists()

    def test_a_changed_password_ends_the_tokens(self, client, writer):
        tokens.issue(writer)
        other = tokens.issue(factories.make_user("Editors")).row
        passwords = {f"new_password{number}": "quite-another-1" for number in (1, 2)}

        answer = client.get(reverse("admin:password_change"))
        assert "ends all API tokens" in answer.content.decode()
        client.post(reverse("admin:password_change"), {"old_password": "secret"} | passwords)

        assert list(AuthToken.objects.all()) == [other]

    def test_a_stronger_hash_of_the_same_password_ends_none(self, writer, settings):
        tokens.issue(writer)
        strong = "django.contrib.auth.hashers.PBKDF2PasswordHasher"
        settings.PASSWORD_HASHERS = [strong, *settings.PASSWORD_HASHERS]

        assert writer.check_password("secret")

        assert writer.password.startswith("pbkdf2")
        assert AuthToken.objects.count() == 1

    def test_everybody_sees_and_revokes_only_their_own(self, client, writer):
        row, _ = AuthToken.objects.create(user=factories.make_user("Editors"))

        assert (
            row.token_key
            not in client.get(reverse("admin:knox_authtoken_changelist")).content.decode()
        )
        client.post(reverse("admin:knox_authtoken_delete", args=[row.pk]), {"post": "yes"})
        assert AuthToken.objects.filter(pk=row.pk).exists()


class TestPeople:
    @pytest.fixture
    def clerk(self, client):
        """Somebody who may edit accounts without being an owner."""
        user = factories.make_user()
        names = ["view_user", "change_user", "delete_user"]
        user.user_permissions.set(Permission.objects.filter(codename__in=names))
        client.force_login(user)
        return user

    def test_nobody_makes_themselves_an_owner(self, client, clerk):
        url = reverse("admin:auth_user_change", args=[clerk.pk])
        data = {"username": clerk.username, "is_active": "on", "is_staff": "on"}

        client.post(url, data | {"is_superuser": "on", "user_permissions": [1, 2, 3]})

        clerk.refresh_from_db()
        assert not clerk.is_superuser
        assert clerk.user_permissions.count() == 3

    def test_an_owners_account_is_touched_by_owners_only(self, client, clerk):
        owner = factories.make_user(is_superuser=True)

        password = reverse("admin:auth_user_password_change", args=[owner.pk])
        assert client.get(password).status_code == 403
        delete = reverse("admin:auth_user_delete", args=[owner.pk])
        assert client.post(delete, {"post": "yes"}).status_code == 403
