"""Every move of every role from every state; what is not in the table is refused."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from blog import revisions, showing
from blog.models import Post, Redirect, Revision
from generation.models import Run
from generation.signals import draft_filed
from publishing import workflow
from publishing.models import Approval, WorkflowEvent
from tests.factories import make_draft, make_post, make_run, make_user

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DRAFT, IN_REVIEW, APPROVED, ARCHIVED = Post.Status

# Who may make which move, and from where: written out, so that a change of the table is seen here.
MAY = {
    "submit": {"Writers", "Editors", "Publishers"},
    "request_changes": {"Editors", "Publishers"},
    "approve": {"Editors", "Publishers"},
    "reschedule": {"Editors", "Publishers"},
    "withdraw": {"Publishers"},
    "restore": {"Editors", "Publishers"},
    # An owner gives it to whoever moves the blog.
    "import_live": set(),
}
LEGAL = {
    ("submit", DRAFT): IN_REVIEW,
    ("request_changes", IN_REVIEW): DRAFT,
    ("approve", IN_REVIEW): APPROVED,
    ("reschedule", APPROVED): APPROVED,
    ("withdraw", DRAFT): ARCHIVED,
    ("withdraw", IN_REVIEW): ARCHIVED,
    ("withdraw", APPROVED): ARCHIVED,
    ("restore", ARCHIVED): DRAFT,
    ("import_live", DRAFT): APPROVED,
}
ROLES = ["Writers", "Editors", "Publishers", "Operators"]
ARGUMENTS = {
    "request_changes": {"note": "Shorter, please."},
    "reschedule": {"publish_at": timezone.now() + timedelta(days=3)},
    "import_live": {"publish_at": timezone.now() - timedelta(days=900)},
}


def _post_in(status: str) -> Post:
    post = make_post(in_review=status == IN_REVIEW, approved=status == APPROVED)
    if status == ARCHIVED:
        workflow.withdraw(post, by=make_user("Publishers"))
    assert post.status == status
    return post


def _move(name: str, post: Post, by: User | None) -> WorkflowEvent:
    event: WorkflowEvent = getattr(workflow, name)(post, by=by, **ARGUMENTS.get(name, {}))
    return event


@pytest.mark.parametrize("status", Post.Status.values)
@pytest.mark.parametrize("name", list(workflow.TRANSITIONS))
@pytest.mark.parametrize("role", [*ROLES, "nobody"])
def test_a_move_is_made_by_the_table_or_not_at_all(name: str, status: str, role: str) -> None:
    post = _post_in(status)
    before = (post.status, post.approved_revision_id, post.publish_at)
    actor = make_user(*([] if role == "nobody" else [role]))
    events = post.workflow_events.count()
    is_offered = name in [move.name for move in workflow.available(post, actor)]

    if role not in MAY[name]:
        with pytest.raises(workflow.NotPermitted, match="permission"):
            _move(name, post, actor)
    elif (name, status) not in LEGAL:
        with pytest.raises(workflow.TransitionNotAllowed, match="is for posts in"):
            _move(name, post, actor)
    else:
        event = _move(name, post, actor)
        post.refresh_from_db()
        assert is_offered
        assert post.status == LEGAL[name, status] == event.to_status
        assert (event.from_status, event.actor, event.transition) == (status, actor, name)
        assert post.workflow_events.count() == events + 1
        return

    post.refresh_from_db()
    assert not is_offered
    assert (post.status, post.approved_revision_id, post.publish_at) == before
    assert post.workflow_events.count() == events


@pytest.mark.parametrize("name", [name for name in workflow.TRANSITIONS if name != "submit"])
def test_the_house_itself_can_only_submit(name: str) -> None:
    status = next(status for (move, status) in LEGAL if move == name)

    with pytest.raises(workflow.NotPermitted, match="needs a person"):
        _move(name, _post_in(status), None)


def test_a_user_who_was_deactivated_may_do_nothing() -> None:
    gone = make_user("Publishers", is_active=False)

    with pytest.raises(workflow.NotPermitted):
        workflow.approve(make_post(in_review=True), by=gone)


def test_a_filed_draft_is_put_into_review_by_the_house() -> None:
    post = make_post()

    draft_filed.send(sender=Run, run=make_run(post=post), post=post)

    event = post.workflow_events.get()
    assert post.status == IN_REVIEW
    assert (event.transition, event.actor) == ("submit", None)


def test_changes_are_requested_with_words() -> None:
    with pytest.raises(workflow.TransitionNotAllowed, match="Say what should change"):
        workflow.request_changes(make_post(in_review=True), by=make_user("Editors"), note=" ")


def test_nothing_is_left_of_a_move_whose_transaction_fails() -> None:
    post = make_post(in_review=True)

    def approve_and_break() -> None:
        with transaction.atomic():
            workflow.approve(post, by=make_user("Publishers"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        approve_and_break()

    post.refresh_from_db()
    assert (post.status, post.approved_revision, Approval.objects.count()) == (IN_REVIEW, None, 0)


class TestApproval:
    def test_signs_the_digest_and_shows_the_revision_from_now_on(self) -> None:
        post, publisher = make_post(in_review=True), make_user("Publishers")

        event = workflow.approve(post, by=publisher, note="Good.", now=NOW)

        approval = Approval.objects.get()
        assert post.approved_revision == post.latest_revision == approval.revision
        assert approval.digest == post.latest_revision.compute_digest()
        assert (approval.approved_by, approval.is_four_eyes) == (publisher, True)
        assert post.publish_at == NOW == event.publish_at
        assert event.note == "Good."
        assert post in Post.objects.published(NOW)

    def test_never_dates_a_first_publication_back(self) -> None:
        post = make_post(in_review=True)

        workflow.approve(
            post, by=make_user("Publishers"), publish_at=NOW - timedelta(days=9), now=NOW
        )

        assert post.publish_at == NOW

    def test_of_a_time_to_come_is_seen_when_the_clock_says_so_and_nothing_else_runs(self) -> None:
        post, noon = make_post(in_review=True), NOW.replace(hour=12)

        workflow.approve(post, by=make_user("Publishers"), publish_at=noon, now=NOW)

        assert not Post.objects.published(noon - timedelta(microseconds=1)).exists()
        assert Post.objects.published(noon).get() == post

    def test_of_an_update_keeps_the_time_of_the_first_publication(self) -> None:
        post = make_post(live=True)
        first = post.publish_at
        revisions.save_revision(post, make_draft(title="Better"), by=make_user("Writers"))
        assert post.title != "Better"
        workflow.submit(post, by=make_user("Writers"))

        workflow.approve(post, by=make_user("Editors"))

        assert (post.title, post.publish_at) == ("Better", first)
        assert post.is_live

    def test_of_an_update_makes_it_new_again_when_asked_to(self) -> None:
        post = make_post(live=True, publish_at=NOW - timedelta(days=30))
        revisions.save_revision(post, make_draft(), by=make_user("Writers"))
        workflow.submit(post, by=None)

        workflow.approve(post, by=make_user("Editors"), publish_at=NOW, now=NOW)

        assert post.publish_at == NOW

    def test_keeps_a_time_to_come_that_was_set_before_a_correction(self) -> None:
        friday = timezone.now() + timedelta(days=4)
        post = make_post(approved=True, publish_at=friday)
        revisions.save_revision(post, make_draft(), by=make_user("Writers"))
        assert (post.status, post.approved_revision) == (DRAFT, None)
        workflow.submit(post, by=None)

        workflow.approve(post, by=make_user("Editors"))

        assert post.publish_at == friday

    def test_is_refused_when_a_newer_revision_was_saved_meanwhile(self) -> None:
        post, editor = make_post(in_review=True), make_user("Editors")
        seen = post.latest_revision
        revisions.save_revision(post, make_draft(), by=make_user("Writers"))
        workflow.submit(post, by=None)

        with pytest.raises(workflow.TransitionNotAllowed, match="after the one you reviewed"):
            workflow.approve(post, by=editor, reviewed=seen)

        workflow.approve(post, by=editor, reviewed=post.latest_revision)

    def test_is_refused_when_the_text_is_not_what_was_saved(self) -> None:
        post = make_post(in_review=True)
        post.latest_revision.digest = "0" * 64

        with pytest.raises(workflow.DigestMismatch):
            workflow.signing.sign(post.latest_revision, by=make_user("Editors"), now=NOW)

    def test_is_refused_when_the_html_is_not_what_the_text_says(self) -> None:
        post = make_post(in_review=True)
        post.latest_revision.body_html = "<p>Something else.</p>"

        with pytest.raises(workflow.DigestMismatch, match="not what its text says"):
            workflow.signing.sign(post.latest_revision, by=make_user("Editors"), now=NOW)

    def test_is_refused_when_another_post_took_the_address(self) -> None:
        post = make_post(live=True, slug="mine")
        revisions.save_revision(post, make_draft(slug="taken"), by=make_user("Writers"))
        workflow.submit(post, by=None)
        make_post(slug="taken")

        with pytest.raises(workflow.TransitionNotAllowed, match="address “taken”"):
            workflow.approve(post, by=make_user("Editors"))


class TestAnUpdateWithATimeToCome:
    def make(self, **content: object) -> tuple[Post, datetime]:
        """Return a live post whose newer text readers get in an hour, and that time."""
        post = make_post(live=True, title="Old words", slug="old", publish_at=NOW)
        later = timezone.now() + timedelta(hours=1)
        draft = make_draft(**{"title": "New words", "slug": "old"} | content)
        revisions.save_revision(post, draft, by=make_user("Writers"))
        workflow.submit(post, by=None)
        workflow.approve(post, by=make_user("Editors"), publish_at=later)
        return post, later

    def test_leaves_readers_what_they_have_until_then(self) -> None:
        post, later = self.make()

        assert (post.title, post.is_live, post.publish_at) == ("Old words", True, NOW)
        assert showing.show_due_updates(later - timedelta(microseconds=1)) == 0
        assert Post.objects.published().get().title == "Old words"

    def test_is_shown_by_whoever_comes_first_once(self) -> None:
        post, later = self.make()

        assert [showing.show_due_updates(later) for _ in range(2)] == [1, 0]

        post.refresh_from_db()
        assert (post.title, post.publish_at, post.last_changed_at) == ("New words", NOW, later)
        assert post.approved_revision == post.latest_revision
        assert (post.update_revision, post.update_at) == (None, None)

    def test_moves_the_address_only_when_it_is_shown(self) -> None:
        post, later = self.make(slug="new")
        assert post.get_absolute_url() == "/posts/old/"
        assert not Redirect.objects.exists()

        showing.show_due_updates(later)

        assert Redirect.objects.get(path="/posts/old/").post == post
        post.refresh_from_db()
        assert post.get_absolute_url() == "/posts/new/"

    def test_is_taken_back_by_an_edit(self) -> None:
        post, later = self.make()

        revisions.save_revision(post, make_draft(title="Newer still"), by=make_user("Writers"))

        assert (post.update_revision, post.update_at, post.status) == (None, None, DRAFT)
        assert showing.show_due_updates(later) == 0

    def test_is_moved_and_withdrawn_like_a_publication(self) -> None:
        post, later = self.make()
        publisher = make_user("Publishers")
        assert "reschedule" in [move.name for move in workflow.available(post, publisher)]

        event = workflow.reschedule(
            post, by=publisher, publish_at=later + timedelta(days=1), now=timezone.now()
        )
        assert post.update_at == event.publish_at == later + timedelta(days=1)

        workflow.withdraw(post, by=publisher)
        assert (post.update_revision, post.update_at, post.changed_at) == (None, None, None)
        assert post.withdrawn_at is not None

    def test_is_refused_by_the_database_without_an_approval(self) -> None:
        post = make_post(live=True)
        newer = revisions.save_revision(post, make_draft(), by=make_user("Writers"))

        with pytest.raises(IntegrityError, match="approved"), transaction.atomic():
            Post.objects.filter(pk=post.pk).update(update_revision=newer, update_at=NOW)


class TestFourEyes:
    @pytest.mark.parametrize("is_superuser", [False, True])
    def test_forbid_whoever_wrote_it(self, is_superuser: bool) -> None:
        writer = make_user("Editors", is_superuser=is_superuser)
        post = make_post(by=writer, in_review=True)

        assert "approve" not in [move.name for move in workflow.available(post, writer)]
        with pytest.raises(workflow.FourEyesViolation, match="somebody else"):
            workflow.approve(post, by=writer)

    def test_forbid_whoever_edited_it_before_the_last_edit(self) -> None:
        first, last = make_user("Editors"), make_user("Editors")
        post = make_post(by=first)
        revisions.save_revision(post, make_draft(), by=last)
        workflow.submit(post, by=None)

        for editor in (first, last):
            with pytest.raises(workflow.FourEyesViolation):
                workflow.approve(post, by=editor)

    def test_forbid_whoever_commissioned_it(self) -> None:
        editor = make_user("Editors")
        post = make_post(in_review=True)
        make_run(post=post, requested_by=editor)

        with pytest.raises(workflow.FourEyesViolation):
            workflow.approve(post, by=editor)

    def test_let_the_commissioner_approve_what_others_wrote_after_an_approval(self) -> None:
        editor = make_user("Editors")
        post = make_post(live=True)
        make_run(post=post, requested_by=editor)
        revisions.save_revision(post, make_draft(), by=make_user("Writers"))
        workflow.submit(post, by=None)

        workflow.approve(post, by=editor)

        assert post.status == APPROVED

    def test_of_an_approved_text_start_anew_with_the_next_change(self) -> None:
        writer = make_user("Editors")
        post = make_post(by=writer, live=True)
        revisions.save_revision(post, make_draft(), by=make_user("Writers"))
        workflow.submit(post, by=None)

        workflow.approve(post, by=writer)

        assert post.approved_revision.number == 2

    def test_switched_off_are_recorded_as_such(self, settings) -> None:
        settings.FOUR_EYES = False
        alone = make_user("Publishers")
        post = make_post(by=alone, in_review=True)

        workflow.approve(post, by=alone)

        assert Approval.objects.get().is_four_eyes is False


class TestReschedule:
    def test_moves_the_time(self) -> None:
        post, later = make_post(approved=True), timezone.now() + timedelta(days=9)

        workflow.reschedule(post, by=make_user("Editors"), publish_at=later)

        assert post.publish_at == later

    def test_into_the_past_means_now(self) -> None:
        post = make_post(approved=True)
        now = timezone.now()

        workflow.reschedule(
            post, by=make_user("Editors"), publish_at=now - timedelta(days=1), now=now
        )

        assert post.publish_at == now
        assert post.is_live

    def test_of_a_live_post_is_refused(self) -> None:
        post = make_post(live=True)
        later = timezone.now() + timedelta(days=1)

        with pytest.raises(workflow.TransitionNotAllowed, match="Withdraw it"):
            workflow.reschedule(post, by=make_user("Editors"), publish_at=later)


class TestWithdrawal:
    def test_hides_a_live_post_at_once(self) -> None:
        post = make_post(live=True)

        workflow.withdraw(post, by=make_user("Publishers"), note="Wrong figures.")

        assert not Post.objects.published().exists()
        assert (post.status, post.publish_at) == (ARCHIVED, None)

    def test_hides_what_readers_see_while_an_update_waits(self) -> None:
        post = make_post(live=True)
        revisions.save_revision(post, make_draft(), by=make_user("Writers"))

        workflow.withdraw(post, by=make_user("Publishers"))

        assert not Post.objects.published().exists()

    def test_is_undone_only_through_a_new_approval_by_somebody_else(self) -> None:
        post, publisher = make_post(live=True), make_user("Publishers")
        workflow.withdraw(post, by=publisher)

        workflow.restore(post, by=publisher)
        workflow.submit(post, by=publisher)

        assert post.latest_revision.number == 2
        assert not Post.objects.published().exists()
        with pytest.raises(workflow.FourEyesViolation):
            workflow.approve(post, by=publisher)
        workflow.approve(post, by=make_user("Editors"), now=NOW)
        assert Post.objects.published(NOW).get() == post
        assert Revision.objects.count() == Approval.objects.count() == 2
