"""An update of a live post with a time to come, on every screen of the desk."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from blog import revisions
from blog.models import Post
from publishing import history, workflow
from tests import factories
from tests.blog.test_admin import edit_url, words
from tests.blog.test_timed_updates import make_update
from tests.publishing.test_admin_review import decide, page_of, wall

pytestmark = pytest.mark.django_db


@pytest.fixture
def approver(client):
    user = factories.make_user("Publishers")
    client.force_login(user)
    return user


@pytest.fixture
def in_review() -> Post:
    """A live post of last month whose newer text waits for an approver."""
    post = factories.make_post(live=True, publish_at=timezone.now() - timedelta(days=30))
    draft = factories.make_draft(author=post.author, title="Newer words")
    revisions.save_revision(post, draft, by=None)
    workflow.submit(post, by=None)
    return post


def queue(client, stage: str = "") -> list[int]:
    url = reverse("admin:publishing_queuedpost_changelist") + (f"?stage={stage}" if stage else "")
    return [post.pk for post in client.get(url).context["cl"].result_list]


class TestApproving:
    def test_now_keeps_the_date_of_the_publication(self, client, approver, in_review):
        published = in_review.publish_at
        page = client.get(page_of(in_review)).content.decode()
        assert "Readers get the new text" in page
        assert f"keeps its date, {timezone.localtime(published):%-d %B %Y}" in page

        page = client.get(decide(client, in_review, "approve", when="now").url).content.decode()

        in_review.refresh_from_db()
        assert (in_review.title, in_review.publish_at) == ("Newer words", published)
        assert "Approved. Readers see it now." in page

    def test_at_a_time_says_that_readers_keep_what_they_have(self, client, approver, in_review):
        at = (timezone.now() + timedelta(days=2)).replace(second=0, microsecond=0)

        answer = decide(client, in_review, "approve", when="at", publish_at=wall(at))

        in_review.refresh_from_db()
        assert (in_review.update_at, in_review.title == "Newer words") == (at, False)
        page = client.get(answer.url).content.decode()
        assert f"Approved. Readers keep what they have until {at:%A, %-d %B %Y, %H:%M}" in page
        assert "they get revision 2 instead" in page
        assert "Live · update on" in page

    def test_again_after_a_small_edit_offers_the_time_that_was_set(self, client, approver):
        at = (timezone.now() + timedelta(days=2)).replace(second=0, microsecond=0)
        post = make_update(at)
        revisions.save_revision(post, factories.make_draft(author=post.author), by=None)
        workflow.submit(post, by=None)

        page = client.get(page_of(post))

        form = next(form for name, _, form in page.context["moves"] if name == "approve")
        assert form["when"].value() == "at"
        assert f'value="{wall(at)}"' in page.content.decode()

    def test_offers_no_time_that_a_withdrawal_took_back(self, client, approver):
        post = factories.make_post(approved=True)
        workflow.withdraw(post, by=approver)
        workflow.restore(post, by=approver)

        assert history.time_to_come(post, timezone.now()) is None


class TestWaiting:
    def test_the_time_can_be_moved(self, client, approver):
        post = make_update()
        at = (timezone.now() + timedelta(days=9)).replace(second=0, microsecond=0)
        page = client.get(page_of(post)).content.decode()
        assert "Readers get the new text from" in page
        assert wall(post.update_at) in page

        decide(client, post, "reschedule", publish_at=wall(at))

        post.refresh_from_db()
        assert post.update_at == at

    def test_the_edit_page_says_what_saving_takes_back(self, client):
        client.force_login(factories.make_user("Writers"))
        post = make_update()
        at = timezone.localtime(post.update_at)

        page = client.get(edit_url(post)).content.decode()
        assert "they get revision 2 instead" in page
        assert "takes back the approval of the update" in page

        page = client.post(edit_url(post), words(post, body="Mine."), follow=True).content.decode()
        assert f"readers don’t get it on {at:%A, %-d %B %Y, %H:%M}" in page
        post.refresh_from_db()
        assert (post.update_at, post.status, post.is_live) == (None, "draft", True)

    def test_the_history_tells_of_its_time_and_of_the_edit_that_took_it_back(
        self, client, approver
    ):
        post = make_update()
        at = f"{timezone.localtime(post.update_at):%-d %b %Y, %H:%M}"
        revisions.save_revision(post, factories.make_draft(author=post.author), by=None)

        [edit, approval, *_] = history.of_post(post)

        assert (edit.was_to_appear_at, approval.appears_at) == (approval.event.publish_at,) * 2
        page = " ".join(client.get(page_of(post)).content.decode().split())
        assert f"approved revision 2 for {at}" in page
        assert f"took back the approval for {at}" in page

    def test_today_lists_it_among_what_appears_next(self, client, approver):
        soon = make_update(timezone.now() + timedelta(hours=2))
        later = factories.make_post(approved=True)

        page = client.get(reverse("admin:index"))

        assert [post.pk for post, _ in page.context["scheduled"]] == [soon.pk, later.pk]
        assert "· update" in page.content.decode()


class TestQueue:
    def test_a_decision_comes_first_then_what_appears_next(self, client, approver, in_review):
        waiting = factories.make_post(in_review=True)
        first = factories.make_post(approved=True, publish_at=timezone.now() + timedelta(hours=1))
        update = make_update(timezone.now() + timedelta(hours=2))
        last = factories.make_post(approved=True, publish_at=timezone.now() + timedelta(hours=3))
        factories.make_post(live=True)

        # A live post's update waits its turn: by how long, not by when it was published.
        expected = [in_review.pk, waiting.pk, first.pk, update.pk, last.pk]
        assert queue(client) == expected
        assert queue(client, "scheduled") == expected[2:]

    def test_an_update_stands_among_the_scheduled_and_the_live(self, client, approver):
        post = make_update()

        for stage, stands in {"scheduled": True, "live": True, "drafts": False}.items():
            assert (post.pk in queue(client, stage)) is stands, stage

    def test_live_posts_are_listed_the_newest_first(self, client, approver):
        hours = [5, 1, 3]
        posts = {
            hour: factories.make_post(live=True, publish_at=timezone.now() - timedelta(hours=hour))
            for hour in hours
        }

        assert queue(client, "live") == [posts[hour].pk for hour in sorted(hours)]


def test_history_across_the_gaps_that_autosaves_leave() -> None:
    writer = factories.make_user("Writers")
    post = factories.make_post(live=True)
    for word in "abc":
        if word == "a":
            draft = factories.make_draft(author=post.author, body="first")
            revisions.save_revision(post, draft, by=writer)
        draft = factories.make_draft(author=post.author, body=word)
        revisions.save_revision(post, draft, by=writer, is_autosave=True)
    workflow.submit(post, by=writer)
    draft = factories.make_draft(author=post.author, body="Once more")
    revisions.save_revision(post, draft, by=writer)

    told = [
        (entry.revision.number, entry.event.transition if entry.event else entry.left_review)
        for entry in history.of_post(post)
    ]

    assert told == [
        (6, True),
        (5, "submit"),
        (5, False),
        (2, False),
        (1, "approve"),
        (1, "submit"),
        (1, False),
    ]
