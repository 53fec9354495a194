"""What is typed is saved by itself only where that takes back no decision."""

from datetime import timedelta

import pytest
from django.utils import timezone

from blog import autosaving, revisions
from publishing import workflow
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer():
    return factories.make_user("Writers")


def typed(post, body="Typed."):
    """What the editor's page would send."""
    return factories.make_draft(author=post.author, title=post.title, body=body)


def autosave(post, by, body="Typed."):
    return autosaving.autosave(post, typed(post, body), by=by, based_on=post.latest_revision)


def newer_draft_of_a_live_post(writer):
    post = factories.make_post(live=True, body="Approved.")
    revisions.save_revision(post, typed(post, "Newer."), by=writer)
    return post


def test_a_plain_draft_is_saved(writer):
    post = factories.make_post(by=writer)

    saved = autosave(post, writer)

    post.refresh_from_db()
    assert post.latest_revision == saved
    assert (saved.body, saved.is_autosave, saved.created_by) == ("Typed.", True, writer)


def test_the_newer_text_of_a_live_post_is_saved_and_readers_keep_theirs(writer):
    post = newer_draft_of_a_live_post(writer)

    autosave(post, writer)

    post.refresh_from_db()
    assert (post.latest_revision.body, post.body, post.is_live) == ("Typed.", "Approved.", True)


@pytest.mark.parametrize("where", ["in_review", "approved", "live"])
def test_a_decision_stands(writer, where):
    post = factories.make_post(**{where: True})
    before = post.status, post.approved_revision, post.latest_revision

    with pytest.raises(autosaving.NotByItself, match="until you press Save"):
        autosave(post, writer)

    post.refresh_from_db()
    assert (post.status, post.approved_revision, post.latest_revision) == before


def test_an_update_that_waits_stands(writer):
    post = newer_draft_of_a_live_post(writer)
    workflow.submit(post, by=writer)
    tomorrow = timezone.now() + timedelta(days=1)
    workflow.approve(post, by=factories.make_user("Publishers"), publish_at=tomorrow)
    assert post.update_revision is not None

    with pytest.raises(autosaving.NotByItself, match="update that waits"):
        autosave(post, writer)

    post.refresh_from_db()
    assert post.update_revision is not None


def test_a_withdrawn_post_stays_withdrawn(writer):
    post = factories.make_post(live=True)
    workflow.withdraw(post, by=factories.make_user("Publishers"))

    with pytest.raises(autosaving.NotByItself, match="withdrawn"):
        autosave(post, writer)


def test_somebody_elses_newer_text_is_never_covered(writer):
    post = factories.make_post(by=writer)
    base = post.latest_revision
    theirs = revisions.save_revision(post, typed(post, "Theirs."), by=None)

    with pytest.raises(revisions.EditConflict) as refused:
        autosaving.autosave(post, typed(post), by=writer, based_on=base)

    assert refused.value.latest == theirs


class TestConsecutiveSavesByThemselves:
    def numbers(self, post):
        return [revision.number for revision in post.revisions.all()]

    def test_of_one_person_are_one(self, writer):
        post = factories.make_post(by=writer)

        for body in ("A.", "B.", "C."):
            autosave(post, writer, body)
            post.refresh_from_db()

        assert self.numbers(post) == [4, 1]
        assert post.latest_revision.body == "C."

    def test_of_two_people_are_two(self, writer):
        post = factories.make_post(by=writer)

        for person in (writer, factories.make_user("Editors")):
            autosave(post, person, f"By {person}.")
            post.refresh_from_db()

        assert self.numbers(post) == [3, 2, 1]

    def test_give_way_to_a_save_by_hand_even_of_the_same_words(self, writer):
        post = factories.make_post(by=writer)
        autosave(post, writer)
        post.refresh_from_db()

        saved = revisions.save_revision(post, typed(post), by=writer, note="Done")

        assert self.numbers(post) == [3, 1]
        assert (saved.is_autosave, saved.note) == (False, "Done")

    def test_stay_when_a_decision_refers_to_them(self, writer):
        post = factories.make_post(by=writer)
        autosave(post, writer)
        post.refresh_from_db()
        workflow.submit(post, by=writer)
        workflow.request_changes(post, by=factories.make_user("Publishers"), note="More.")

        autosave(post, writer, "More.")

        assert self.numbers(post) == [3, 2, 1]
