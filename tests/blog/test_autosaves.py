"""Autosaves leave one revision, reuse no number and change no decision, however many there are."""

import itertools
from datetime import timedelta

import pytest
from django.utils import timezone

from blog import revisions
from blog.autosaves import AutosaveNotAllowed
from blog.models import Post, Revision
from publishing import workflow
from tests.blog.test_revisions import at_once
from tests.factories import make_author, make_draft, make_post, make_user

pytestmark = pytest.mark.django_db


def autosave(post: Post, by, **content: object) -> Revision:
    draft = make_draft(author=post.author, **{"title": "As it was", **content})
    return revisions.save_revision(post, draft, by=by, is_autosave=True)


def kept(post: Post) -> list[tuple[int, bool]]:
    return list(post.revisions.order_by("number").values_list("number", "is_autosave"))


class TestCollapsing:
    def test_a_flood_by_one_person_leaves_one_revision_and_numbers_that_count_on(self):
        post, ann = make_post(), make_user("Writers")
        for word in "abcdefghij":
            autosave(post, ann, body=word)

        assert kept(post) == [(1, False), (11, True)]
        assert post.latest_revision.number == 11
        assert post.body == post.latest_revision.body == "j"

    def test_another_persons_autosave_is_a_revision_of_its_own(self):
        post, ann, bob = make_post(), make_user("Writers"), make_user("Writers")
        for by, word in [(ann, "a"), (ann, "b"), (bob, "c"), (bob, "d"), (ann, "e")]:
            autosave(post, by, body=word)

        assert kept(post) == [(1, False), (3, True), (5, True), (6, True)]
        assert post.latest_revision.contributor_ids == sorted([ann.pk, bob.pk])

    def test_contributors_are_carried_on(self):
        ann, bob = make_user("Writers"), make_user("Writers")
        post = make_post(by=ann)
        for word in "abc":
            autosave(post, bob, body=word)

        assert post.latest_revision.contributor_ids == sorted([ann.pk, bob.pk])

    def test_the_same_words_again_are_no_revision(self):
        post, ann = make_post(), make_user("Writers")
        first = autosave(post, ann, body="a")

        assert autosave(post, ann, body="a") == first
        assert kept(post) == [(1, False), (2, True)]

    def test_nobodys_autosaves_are_not_somebodys(self):
        post = make_post()
        autosave(post, None, body="a")
        autosave(post, None, body="b")

        assert kept(post) == [(1, False), (2, True), (3, True)]

    def test_an_explicit_save_of_the_same_words_only_ends_the_autosave(self):
        post, ann = make_post(), make_user("Writers")
        draft = make_draft(author=post.author, body="a")
        revisions.save_revision(post, draft, by=ann, is_autosave=True)

        saved = revisions.save_revision(post, draft, by=ann, note="Done for today")

        assert kept(post) == [(1, False), (3, False)]
        assert (post.latest_revision, saved.note) == (saved, "Done for today")
        assert saved.contributor_ids == [ann.pk]

    def test_an_explicit_save_of_other_words_keeps_what_was_saved_before(self):
        post, ann = make_post(), make_user("Writers")
        autosave(post, ann, body="a")
        revisions.save_revision(post, make_draft(author=post.author, body="b"), by=ann)

        assert kept(post) == [(1, False), (2, True), (3, False)]

    def test_what_a_decision_was_about_stays(self):
        post, ann = make_post(), make_user("Writers")
        asked_for = autosave(post, ann, body="a")
        workflow.submit(post, by=ann)
        workflow.request_changes(post, by=make_user("Editors"), note="Longer.")

        autosave(post, ann, body="b")

        assert kept(post) == [(1, False), (2, True), (3, True)]
        assert post.workflow_events.first().revision == asked_for

    def test_what_readers_see_stays_while_the_next_text_is_typed(self):
        post, ann = make_post(), make_user("Writers")
        autosave(post, ann, body="Approved words.")
        workflow.submit(post, by=ann)
        workflow.approve(post, by=make_user("Editors"))
        revisions.save_revision(post, make_draft(author=post.author, body="Newer."), by=ann)
        for word in "abc":
            autosave(post, ann, body=word)

        assert kept(post) == [(1, False), (2, True), (3, False), (6, True)]
        assert (post.body, post.is_live) == ("Approved words.", True)

    def test_an_autosave_over_a_colleagues_newer_text_is_refused(self):
        post, ann, bob = make_post(), make_user("Writers"), make_user("Writers")
        base = autosave(post, ann, body="a")
        autosave(post, bob, body="b")

        with pytest.raises(revisions.EditConflict):
            revisions.save_revision(
                post, make_draft(author=post.author), by=ann, based_on=base, is_autosave=True
            )

    def test_a_second_window_of_the_same_person_is_a_conflict_too(self):
        post, ann = make_post(), make_user("Writers")
        base = autosave(post, ann, body="In both windows.")
        autosave(post, ann, body="Typed in the first window.")

        with pytest.raises(revisions.EditConflict):
            revisions.save_revision(
                post, make_draft(author=post.author), by=ann, based_on=base, is_autosave=True
            )


class TestDecisions:
    @pytest.mark.parametrize(
        ("where", "words"),
        [("in_review", "back from review"), ("approved", "the approval"), ("live", "readers see")],
    )
    def test_are_never_changed(self, where, words):
        post = make_post(**{where: True})
        before = (post.status, post.latest_revision, post.approved_revision, post.publish_at)

        with pytest.raises(AutosaveNotAllowed, match=words):
            autosave(post, make_user("Writers"))

        post.refresh_from_db()
        assert before == (
            *(post.status, post.latest_revision),
            *(post.approved_revision, post.publish_at),
        )

    def test_an_update_that_waits_still_waits(self):
        post = make_post(live=True)
        revisions.save_revision(post, make_draft(author=post.author), by=None)
        workflow.submit(post, by=None)
        later = timezone.now() + timedelta(hours=1)
        workflow.approve(post, by=make_user("Editors"), publish_at=later)

        with pytest.raises(AutosaveNotAllowed, match="press Save"):
            autosave(post, make_user("Writers"))

        post.refresh_from_db()
        assert (post.update_revision, post.update_at) == (post.latest_revision, later)

    def test_a_withdrawn_post_is_not_brought_back(self):
        post = make_post()
        workflow.withdraw(post, by=make_user("Publishers"))

        with pytest.raises(revisions.PostArchived):
            autosave(post, make_user("Writers"))


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_of_a_flood_from_many_threads_one_revision_stays(self):
        post, ann = make_post(), make_user("Writers")
        author = make_author()

        def flood() -> list[int]:
            mine = Post.objects.get(pk=post.pk)
            return [
                revisions.save_revision(
                    mine, make_draft(author=author), by=ann, is_autosave=True
                ).number
                for _ in range(6)
            ]

        numbers = [number for some in at_once(flood, times=8) for number in some]

        assert sorted(numbers) == list(range(2, 50))
        post.refresh_from_db()
        assert kept(post) == [(1, False), (49, True)]
        assert post.latest_revision.number == 49

    def test_two_people_at_once_never_overwrite_each_other(self):
        people = [make_user("Writers") for _ in range(4)]
        post = make_post()
        author, turns = make_author(), iter(people)

        def write() -> int:
            by, mine = next(turns), Post.objects.get(pk=post.pk)
            saved = 0
            for turn in range(5):
                based_on = Revision.objects.filter(post=post.pk).latest()
                draft = make_draft(author=author, body=f"{by.pk}, {turn}")
                try:
                    revisions.save_revision(mine, draft, by=by, based_on=based_on, is_autosave=True)
                except revisions.EditConflict:
                    continue
                saved += 1
            return saved

        saved = at_once(write, times=4)

        post.refresh_from_db()
        rows = list(post.revisions.order_by("number"))
        # Every save that was not refused has its number; neighbours are of different people.
        assert rows[-1].number == post.latest_revision.number == 1 + sum(saved)
        whose = [row.created_by_id for row in rows]
        assert all(one != other for one, other in itertools.pairwise(whose))
