"""Revisions in the admin: who sees them, what lists and comparisons say, what restoring does."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from blog import preview_links, revisions
from blog.admin import history
from blog.models import Post
from publishing import workflow
from tests import factories
from tests.blog.test_timed_updates import make_update

pytestmark = pytest.mark.django_db

EVERYBODY = {"Writers", "Editors", "Publishers", "Operators"}
WRITERS = {"Writers", "Editors"}
# Each page or button, and who may use it; everybody else is refused.
DOORS = [
    ("get", "admin:blog_post_revisions", (), EVERYBODY),
    ("get", "admin:blog_post_revision", (1,), EVERYBODY),
    ("get", "admin:blog_post_compare", (), EVERYBODY),
    ("get", "files:preview", (), EVERYBODY),
    ("get", "admin:blog_post_restore", (1,), WRITERS),
    ("post", "admin:blog_post_restore", (1,), WRITERS),
    ("get", "admin:blog_post_previews", (), WRITERS),
    ("post", "admin:blog_post_previews", (), WRITERS),
    ("post", "admin:blog_post_revoke_preview", ("link",), WRITERS),
]


def address(name: str, post: Post, *args: object) -> str:
    return reverse(f"admin:blog_post_{name}", args=[post.pk, *args])


def save(post: Post, **content: object):
    by = content.pop("by", None)
    note = content.pop("note", "")
    draft = factories.make_draft(author=post.author, **content)
    return revisions.save_revision(post, draft, by=by, note=note)


@pytest.fixture
def writer(client: Client):
    user = factories.make_user("Writers")
    client.force_login(user)
    return user


class TestDoors:
    @pytest.mark.parametrize("role", [*sorted(EVERYBODY), "staff", "reader", "stranger"])
    @pytest.mark.parametrize(("method", "name", "args", "may"), DOORS)
    def test_each_role_gets_what_it_may(self, client, method, name, args, may, role):
        post = factories.make_post()
        save(post)
        link = preview_links.share(post, by=factories.make_user(), days=1)
        if role == "reader":
            client.force_login(factories.make_user(is_superuser=False))
            type(link.created_by).objects.update(is_staff=False)
        elif role != "stranger":
            client.force_login(factories.make_user(*([] if role == "staff" else [role])))
        url = reverse(name, args=[post.pk, *(link.pk if arg == "link" else arg for arg in args)])

        answer = getattr(client, method)(url, {"days": 1} if method == "post" else {})

        if role in may:
            assert answer.status_code in (200, 302)
            assert "login" not in answer.headers.get("Location", "")
        elif role in EVERYBODY | {"staff"}:
            assert answer.status_code == 403
        else:
            assert answer.status_code in (302, 403)
            assert answer.status_code == 403 or "/admin/login/" in answer.headers["Location"]
        link.refresh_from_db()
        is_revoke = name == "admin:blog_post_revoke_preview"
        assert (link.revoked_at is not None) == (is_revoke and role in may)
        assert "no-store" in answer.headers.get("Cache-Control", "") or answer.status_code == 403

    @pytest.mark.parametrize(("name", "args"), [("restore", (1,)), ("previews", ())])
    def test_what_changes_something_needs_the_token_of_the_form(self, name, args):
        post = factories.make_post()
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(factories.make_user("Editors"))

        assert strict.post(address(name, post, *args), {"base": 1, "days": 1}).status_code == 403

    @pytest.mark.parametrize(
        "path",
        [
            "/admin/blog/post/999999/revisions/",
            "/admin/blog/post/{pk}/revisions/99/",
            "/admin/blog/post/{pk}/revisions/compare/?old=99",
            "/admin/blog/post/{pk}/revisions/compare/?new=1x",
            "/admin/blog/post/{pk}/revisions/?before=9999999999",
            "/admin/blog/post/{pk}/revisions/99/restore/",
            "/admin/blog/post/99999999999999999999/revisions/",
            "/preview/{pk}/?revision=99",
            "/preview/{pk}/?revision=-1",
            "/preview/{pk}/?revision=%00",
        ],
    )
    def test_what_is_not_there_is_not_found(self, client, writer, path):
        post = factories.make_post()

        assert client.get(path.format(pk=post.pk)).status_code == 404

    def test_the_button_of_the_theme_leads_to_the_revisions(self, client, writer):
        post = factories.make_post()

        assert client.get(address("history", post)).url == address("revisions", post)
        assert client.get(address("history", post).replace(str(post.pk), "x")).status_code == 404

    def test_a_link_of_another_post_is_not_taken_back(self, client, writer):
        post, other = factories.make_post(), factories.make_post()
        link = preview_links.share(other, by=writer, days=1)

        assert client.post(address("revoke_preview", post, link.pk)).status_code == 404
        link.refresh_from_db()
        assert link.revoked_at is None


class TestTheList:
    def test_says_of_each_revision_what_it_is(self, client, writer):
        post = factories.make_post(live=True)
        save(post, by=writer, note="Second thoughts")
        revisions.save_revision(
            post, factories.make_draft(author=post.author), by=writer, is_autosave=True
        )

        page = client.get(address("revisions", post))

        marks = [(row.revision.number, row.mark and row.mark[0]) for row in page.context["saved"]]
        assert marks == [(3, "Newest"), (2, None), (1, "Readers see it")]
        words = page.content.decode()
        assert "Second thoughts" in words
        assert "Saved by itself while typing" in words
        assert words.count("Restore<span") == 2

    def test_says_when_readers_get_what_waits(self, client, writer):
        at = timezone.now() + timedelta(days=1)
        update, scheduled = make_update(at), factories.make_post(approved=True, publish_at=at)

        for post, mark in ((update, "Readers get it on"), (scheduled, "Readers get it on")):
            page = client.get(address("revisions", post))
            assert page.context["saved"][0].mark[0].startswith(mark)

    def test_goes_on_below_a_number(self, client, writer, monkeypatch):
        monkeypatch.setattr(history, "PAGE_SIZE", 2)
        post = factories.make_post()
        for _ in range(4):
            save(post)

        first = client.get(address("revisions", post))
        second = client.get(address("revisions", post), {"before": first.context["older"]})
        last = client.get(address("revisions", post), {"before": second.context["older"]})

        pages = [[row.revision.number for row in p.context["saved"]] for p in (first, second, last)]
        assert pages == [[5, 4], [3, 2], [1]]
        assert last.context["older"] is None
        assert [row.before.number for row in second.context["saved"]] == [2, 1]

    def test_costs_no_more_queries_when_it_is_long(self, client, writer):
        post = factories.make_post()
        save(post)
        client.get(address("revisions", post))
        few = _queries(lambda: client.get(address("revisions", post)))
        for _ in range(10):
            save(post)

        assert _queries(lambda: client.get(address("revisions", post))) == few


class TestOneRevision:
    def test_is_shown_in_a_sandboxed_frame_of_its_own(self, client, writer):
        post = factories.make_post(body="**Old** words.")
        save(post, body="New words.")

        page = client.get(address("revision", post, 1)).content.decode()
        frame = client.get(f"/preview/{post.pk}/?revision=1")

        assert f'sandbox="allow-same-origin" src="/preview/{post.pk}/?revision=1"' in page
        assert "<strong>Old</strong>" not in page
        assert "<strong>Old</strong> words." in frame.content.decode()
        assert "of revision 1." in frame.content.decode()
        assert "no-store" in frame.headers["Cache-Control"]

    def test_leads_to_its_neighbours_across_gaps(self, client, writer):
        post = factories.make_post()
        for word in "abc":
            draft = factories.make_draft(author=post.author, body=word)
            revisions.save_revision(post, draft, by=writer, is_autosave=True)
        save(post)

        page = client.get(address("revision", post, 4))

        assert page.context["saved"].before.number == 1
        assert page.context["after"].number == 5


class TestComparing:
    def test_shows_the_last_change_unless_others_are_chosen(self, client, writer):
        post = factories.make_post(body="One.")
        for word in ("Two.", "Three."):
            save(post, body=word)

        def shown(**query: int) -> tuple[int, int]:
            context = client.get(address("compare", post), query).context
            return context["old"].number, context["new"].number

        assert shown() == (2, 3)
        assert shown(new=2) == (1, 2)
        assert shown(old=1) == (1, 3)
        # Whichever was chosen on which side: the older one stands first.
        assert shown(old=3, new=1) == (1, 3)

    def test_shows_words_and_fields_escaped(self, client, writer):
        post = factories.make_post(title="Same", body="Say <i>no</i> now.")
        save(post, title="Same", slug="elsewhere", body="Say <i>yes</i> now.")

        page = client.get(address("compare", post)).content.decode()

        assert "<del>no</del>" in page
        assert "<ins>yes</ins>" in page
        assert "&lt;i&gt;" in page
        assert "<i>" not in page
        assert "<ins>elsewhere</ins>" in page

    def test_of_a_single_revision_says_that_nothing_differs(self, client, writer):
        assert (
            "Nothing differs"
            in client.get(address("compare", factories.make_post())).content.decode()
        )


class TestRestoring:
    def restore(self, client: Client, post: Post, number: int, **typed: object):
        base = typed.pop("base", post.latest_revision.number)
        url = address("restore", post, number)
        return client.post(url, {"base": base} | typed, follow=True)

    def test_makes_a_new_revision_of_the_old_words(self, client, writer):
        post = factories.make_post(title="Old", body="Old words.")
        save(post, title="New", body="New words.")

        page = self.restore(client, post, 1, note="Better as it was")

        post.refresh_from_db()
        latest = post.latest_revision
        assert (latest.number, latest.title, latest.body) == (3, "Old", "Old words.")
        assert latest.note == "Restored revision 1: Better as it was"
        assert latest.created_by == writer
        assert latest.digest == post.revisions.get(number=1).digest
        assert "are back, as revision 3" in page.content.decode()

    @pytest.mark.parametrize(
        ("made", "words"),
        [
            ({"approved": True}, "takes back the approval: the post does not appear on"),
            ({"in_review": True}, "takes the post back from review"),
        ],
    )
    def test_warns_before_and_after_it_takes_back_a_decision(self, client, writer, made, words):
        post = factories.make_post(title="Old")
        save(post, title="New")
        workflow.submit(post, by=None)
        if "approved" in made:
            later = timezone.now() + timedelta(days=1)
            workflow.approve(post, by=factories.make_user("Editors"), publish_at=later)

        asked = client.get(address("restore", post, 1)).content.decode()
        done = self.restore(client, post, 1).content.decode()

        assert words in asked
        assert words in done
        post.refresh_from_db()
        assert (post.status, post.title, post.approved_revision) == ("draft", "Old", None)

    def test_of_a_live_post_leaves_readers_what_they_have(self, client, writer):
        post = make_update(title="Newer words")
        shown = post.title

        words = client.get(address("restore", post, 1)).content.decode()
        self.restore(client, post, 1)

        assert "takes back the approval of the update" in words
        assert "Readers keep what they have" in words
        post.refresh_from_db()
        assert (post.title, post.is_live, post.update_at) == (shown, True, None)
        assert post.latest_revision.number == 3

    def test_over_a_newer_revision_is_refused_and_what_was_typed_stays(self, client, writer):
        post = factories.make_post(title="Old")
        save(post)
        ada = factories.make_user("Editors", username="ada")
        save(post, title="Hers", by=ada)

        page = self.restore(client, post, 1, base=2, note="My reasons")

        assert "ada saved revision 3 meanwhile" in page.content.decode()
        assert "My reasons" in page.content.decode()
        assert "<del>Hers</del>" in page.content.decode()
        assert post.revisions.count() == 3
        self.restore(client, post, 1, base=page.context["form"]["base"].value())
        assert post.revisions.count() == 4

    def test_over_an_autosave_that_another_one_overtook_is_refused_too(self, client, writer):
        post = factories.make_post()
        for word in "ab":
            draft = factories.make_draft(author=post.author, body=word)
            revisions.save_revision(post, draft, by=writer, is_autosave=True)

        page = self.restore(client, post, 1, base=2)

        assert "saved revision 3 meanwhile" in page.content.decode()
        assert post.revisions.count() == 2

    def test_what_is_the_newest_already_changes_nothing(self, client, writer):
        post = factories.make_post(in_review=True)

        page = self.restore(client, post, 1)

        assert "says what the newest one says already" in page.content.decode()
        post.refresh_from_db()
        assert (post.status, post.revisions.count()) == ("in_review", 1)

    def test_a_withdrawn_post_is_refused(self, client, writer):
        post = factories.make_post()
        save(post)
        workflow.withdraw(post, by=factories.make_user("Publishers"))

        page = self.restore(client, post, 1)

        assert "Bring it back at the review desk" in page.content.decode()
        assert post.revisions.count() == 2

    def test_an_address_that_another_post_took_is_said(self, client, writer):
        post = factories.make_post(slug="mine")
        save(post, slug="moved")
        factories.make_post(slug="mine")

        page = self.restore(client, post, 1)

        assert "Another post has the address “mine” already" in page.content.decode()
        assert post.revisions.count() == 2

    def test_a_note_that_is_too_long_is_said_beside_it(self, client, writer):
        post = factories.make_post()
        save(post)

        page = self.restore(client, post, 1, note="x" * 161)

        assert "at most 160 characters" in page.content.decode()
        assert "x" * 161 in page.content.decode()
        assert post.revisions.count() == 2


class TestSharing:
    def test_makes_a_link_that_opens_and_can_be_taken_back(self, client, writer):
        post = factories.make_post(title="Not yet")

        page = client.post(
            address("previews", post), {"note": "The press", "days": "30"}, follow=True
        )

        link = post.preview_links.get()
        assert (link.note, link.created_by) == ("The press", writer)
        assert link.expires_at - link.created_at == timedelta(days=30)
        opened = preview_links.address_of(link)
        assert opened in page.content.decode()
        stranger = Client()
        assert "Not yet" in stranger.get(opened).content.decode()

        page = client.post(address("revoke_preview", post, link.pk), follow=True)

        assert "Taken back" in page.content.decode()
        assert opened not in page.content.decode()
        assert stranger.get(opened).status_code == 404

    @pytest.mark.parametrize(
        "typed", [{"days": "365"}, {"days": ""}, {"days": "7", "note": "x" * 121}]
    )
    def test_refuses_what_it_does_not_offer_and_keeps_what_was_typed(self, client, writer, typed):
        post = factories.make_post()

        page = client.post(address("previews", post), {"note": "The press"} | typed)

        assert page.status_code == 200
        assert "ab-error" in page.content.decode()
        assert ("The press" in page.content.decode()) or "x" * 121 in page.content.decode()
        assert not post.preview_links.exists()

    def test_of_a_withdrawn_post_is_refused(self, client, writer):
        post = factories.make_post()
        workflow.withdraw(post, by=factories.make_user("Publishers"))

        page = client.post(address("previews", post), {"days": "7"})

        assert "This post was withdrawn" in page.content.decode()
        assert not post.preview_links.exists()


def _queries(do: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        do()
    return len(captured)
