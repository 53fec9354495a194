"""Content changes only by revisions; nothing that readers see changes without an approval."""

import threading
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.db import connections

from blog import revisions
from blog.models import Category, Post, Revision, Tag
from publishing import workflow
from tests.factories import make_author, make_draft, make_post, make_user

pytestmark = pytest.mark.django_db


class TestCreating:
    def test_a_new_post_is_a_draft_that_shows_its_first_revision(self):
        post = revisions.create_post(make_draft(title="Sharp knives", body="*Ouch*"), by=None)

        assert (post.status, post.slug, post.title) == ("draft", "sharp-knives", "Sharp knives")
        assert post.body_html == "<p><em>Ouch</em></p>\n"
        assert post.latest_revision.number == 1
        assert post.latest_revision.digest == post.latest_revision.compute_digest()
        assert post.approved_revision is None

    def test_a_taken_slug_gets_a_number(self):
        slugs = [revisions.create_post(make_draft(title="Same"), by=None).slug for _ in range(3)]

        assert slugs == ["same", "same-2", "same-3"]

    def test_a_title_without_latin_letters_still_gets_an_address(self):
        assert revisions.create_post(make_draft(title="日本語"), by=None).slug == "post"

    def test_a_very_long_title_is_refused_with_a_validation_error(self):
        with pytest.raises(ValidationError, match="at most 160"):
            revisions.create_post(make_draft(title="x" * 161), by=None)

    def test_characters_that_neither_database_nor_feed_can_hold_are_dropped(self):
        draft = make_draft(title="A\x00\x08B", summary="\ud800C", body="D\x0b\uffffE")
        post = revisions.create_post(draft, by=None)

        assert (post.title, post.summary, post.body) == ("AB", "C", "DE")

    def test_tags_are_shown(self):
        tag = Tag.objects.create(name="Wood", slug="wood")
        post = revisions.create_post(make_draft(tags=[tag, tag]), by=None)

        assert list(post.tags.all()) == [tag]
        assert post.latest_revision.tag_ids == [tag.pk]


class TestSaving:
    def test_numbers_count_up_and_the_newest_shows(self):
        post = make_post()
        revision = revisions.save_revision(post, make_draft(title="Better"), by=None)

        assert revision.number == 2
        assert post.title == "Better"
        assert post.slug == revision.slug

    def test_saving_over_somebody_elses_newer_revision_is_refused(self):
        post = make_post()
        seen = post.latest_revision
        ann = make_user("Writers", username="ann")
        revisions.save_revision(post, make_draft(title="Ann's"), by=ann, based_on=seen)

        with pytest.raises(revisions.EditConflict, match="ann saved revision 2") as refused:
            revisions.save_revision(post, make_draft(title="Bob's"), by=None, based_on=seen)

        assert refused.value.latest.title == "Ann's"
        assert post.revisions.count() == 2

    def test_a_scheduled_post_goes_back_to_draft(self):
        post = make_post(approved=True)
        revisions.save_revision(post, make_draft(title="Slipped in"), by=None)

        assert post.status == Post.Status.DRAFT
        assert post.approved_revision is None
        assert not post.is_scheduled

    def test_readers_of_a_live_post_keep_what_was_approved(self):
        post = make_post(live=True, title="Approved", body="Old")
        revisions.save_revision(post, make_draft(title="Not yet", body="New"), by=None)

        assert post.is_live
        assert (post.title, post.body) == ("Approved", "Old")
        assert post.has_unpublished_changes
        assert post.latest_revision.title == "Not yet"

    def test_a_second_edit_of_a_live_post_builds_on_the_first(self):
        post = make_post(live=True, title="Approved")
        revisions.save_revision(post, make_draft(title="Moved", slug="moved"), by=None)
        revisions.save_revision(post, make_draft(title="Moved again"), by=None)

        assert post.latest_revision.slug == "moved"
        assert post.slug == "approved"

    def test_the_address_of_another_post_is_refused(self):
        make_post(title="First")
        post = make_post(live=True, title="Second")

        with pytest.raises(revisions.AddressTaken, match="first"):
            revisions.save_revision(post, make_draft(slug="first"), by=None)

        assert post.revisions.count() == 1

    def test_an_address_that_is_no_slug_is_refused(self):
        with pytest.raises(ValidationError, match="lowercase letters"):
            revisions.save_revision(make_post(), make_draft(slug="Über uns/../x"), by=None)

    def test_contributors_add_up_until_an_approval(self):
        ann, bob, cem = (make_user("Writers") for _ in range(3))
        post = make_post(by=ann, live=True)
        revisions.save_revision(post, make_draft(), by=bob)
        revisions.save_revision(post, make_draft(), by=cem)

        assert post.approved_revision.contributor_ids == [ann.pk]
        assert post.latest_revision.contributor_ids == sorted([bob.pk, cem.pk])

    def test_a_draft_of_the_latest_revision_saves_to_the_same_digest(self):
        tag = Tag.objects.create(name="Wood", slug="wood")
        category = Category.objects.create(name="Shop", slug="shop")
        post = make_post(tags=[tag], category=category, is_ai_generated=True, is_sample=True)
        first = post.latest_revision

        second = revisions.save_revision(post, revisions.draft_of(post), by=None, revives=True)

        assert second.digest == first.digest
        assert second.number == 2

    def test_the_same_content_changes_nothing_and_voids_nothing(self):
        post = make_post(approved=True)
        approved = post.approved_revision

        saved = revisions.save_revision(post, revisions.draft_of(post), by=make_user("Writers"))

        post.refresh_from_db()
        assert saved == approved == post.approved_revision == post.latest_revision
        assert post.is_scheduled
        assert saved.contributor_ids == []

    def test_the_same_text_is_saved_anew_when_it_renders_otherwise(self, monkeypatch):
        post = make_post(in_review=True)
        monkeypatch.setattr(revisions.rendering, "render_markdown", lambda _: "<p>Otherwise</p>")

        assert revisions.save_revision(post, revisions.draft_of(post), by=None).number == 2

    def test_an_archived_post_is_refused_until_it_is_brought_back(self):
        post, publisher = make_post(), make_user("Publishers")
        workflow.withdraw(post, by=publisher)

        with pytest.raises(revisions.PostArchived, match="Bring it back"):
            revisions.save_revision(post, make_draft(), by=make_user("Writers"))

        workflow.restore(post, by=publisher)
        assert (post.status, post.latest_revision.number) == ("draft", 2)
        assert revisions.save_revision(post, make_draft(), by=None).number == 3


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_of_two_saves_on_one_base_exactly_one_wins(self):
        post = make_post()
        base = post.latest_revision

        def save() -> Revision:
            mine = Post.objects.get(pk=post.pk)
            return revisions.save_revision(mine, make_draft(), by=None, based_on=base)

        outcomes = at_once(save, times=4)

        assert sum(isinstance(outcome, Revision) for outcome in outcomes) == 1
        assert sum(isinstance(outcome, revisions.EditConflict) for outcome in outcomes) == 3

    def test_posts_created_at_once_with_one_title_all_get_an_address(self):
        author = make_author()
        outcomes = at_once(
            lambda: revisions.create_post(make_draft(title="Twin", author=author), by=None),
            times=30,
        )

        slugs = {outcome.slug for outcome in outcomes}
        assert len(slugs) == 30
        assert {"twin", "twin-2", "twin-3"} <= slugs


def at_once(action: Callable[[], object], *, times: int) -> list[object]:
    barrier = threading.Barrier(times)
    outcomes: list[object] = []

    def run() -> None:
        barrier.wait()
        try:
            outcomes.append(action())
        except Exception as problem:  # what went wrong is what the test looks at
            outcomes.append(problem)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return outcomes
