"""Raw SQL and bulk updates can't break the promises about approvals either."""

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils import timezone

from blog import revisions, showing
from blog.models import Post
from publishing import workflow
from publishing.models import Approval, WorkflowEvent
from tests.factories import make_draft, make_post, make_run, make_user

pytestmark = pytest.mark.django_db


def _sign(post: Post, by: object, **fields: object) -> Approval:
    revision = post.latest_revision
    return Approval.objects.create(
        **{"revision": revision, "digest": revision.digest, "approved_by": by} | fields
    )


def test_an_approval_of_another_digest_is_refused() -> None:
    with pytest.raises(IntegrityError, match="signs the digest"):
        _sign(make_post(), make_user(), digest="0" * 64)


def test_an_approval_by_a_contributor_is_refused() -> None:
    writer = make_user("Publishers", is_superuser=True)

    with pytest.raises(IntegrityError, match="does not approve it"):
        _sign(make_post(by=writer), writer)


def test_an_approval_by_whoever_commissioned_the_post_is_refused() -> None:
    editor = make_user("Editors")
    post = make_post()
    make_run(post=post, requested_by=editor)

    with pytest.raises(IntegrityError, match="does not approve it"):
        _sign(post, editor)


def test_an_approval_with_two_eyes_is_kept_when_it_says_so() -> None:
    writer = make_user("Publishers")

    assert _sign(make_post(by=writer), writer, is_four_eyes=False).pk


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE publishing_approval SET is_four_eyes = true",
        "UPDATE publishing_approval SET approved_at = now()",
        "DELETE FROM publishing_approval",
    ],
)
def test_an_approval_is_neither_changed_nor_deleted(statement: str) -> None:
    make_post(live=True)

    with pytest.raises(IntegrityError, match="never changed"), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_post_shows_no_revision_that_nobody_approved() -> None:
    make_post(in_review=True)

    with pytest.raises(IntegrityError, match="has an approval"):
        Post.objects.update(approved_revision=F("latest_revision"), publish_at=timezone.now())


def test_a_post_shows_no_revision_of_another_post() -> None:
    post, other = make_post(in_review=True), make_post(live=True)

    # Whichever guard speaks first: the copy of the text, or the approval.
    with pytest.raises(IntegrityError):
        Post.objects.filter(pk=post.pk).update(
            approved_revision=other.approved_revision, publish_at=timezone.now()
        )


def test_a_post_is_not_made_public_by_inserting_it() -> None:
    post = make_post(live=True)
    post.pk, post.slug = None, "copy"

    with pytest.raises(IntegrityError):
        post.save(force_insert=True)


def test_the_history_is_never_rewritten() -> None:
    post = make_post(live=True)

    with pytest.raises(IntegrityError, match="only ever added"), transaction.atomic():
        post.workflow_events.update(note="It was somebody else.")
    with pytest.raises(IntegrityError, match="only ever added"):
        post.workflow_events.update(actor=make_user())


def test_the_history_is_never_deleted() -> None:
    make_post(live=True)
    WorkflowEvent.objects.all().delete()

    # As at the end of the transaction.
    with pytest.raises(IntegrityError, match="together with its post"):
        connection.check_constraints()


def test_a_post_that_was_never_approved_takes_its_history_along() -> None:
    post = make_post(in_review=True)

    post.delete()

    connection.check_constraints()
    assert not WorkflowEvent.objects.exists()


def test_a_withdrawn_post_is_not_put_back_behind_the_workflow() -> None:
    post = make_post(live=True)
    approved = post.approved_revision
    workflow.withdraw(post, by=make_user("Publishers"))

    with pytest.raises(IntegrityError, match="can not be put back"):
        Post.objects.update(
            approved_revision=approved, publish_at=timezone.now(), status=Post.Status.APPROVED
        )


def test_an_approval_that_an_edit_overtook_is_not_put_back() -> None:
    post = make_post(approved=True, title="Told", body="Told.")
    approved, at = post.approved_revision, post.publish_at
    revisions.save_revision(post, make_draft(title="Untold"), by=None)

    showing.show(post, approved)

    with pytest.raises(IntegrityError, match="can not be put back"):
        Post.objects.update(approved_revision=approved, publish_at=at)


def test_the_history_survives_the_erasure_of_a_person() -> None:
    post, writer = make_post(), make_user("Writers")
    workflow.submit(post, by=writer)

    writer.delete()

    event = WorkflowEvent.objects.get()
    assert (event.transition, event.actor) == ("submit", None)


@pytest.mark.django_db(transaction=True)
def test_the_guards_can_be_taken_down_and_put_up_again() -> None:
    make_post(in_review=True)

    def show_unapproved() -> None:
        with transaction.atomic():
            Post.objects.update(approved_revision=F("latest_revision"), publish_at=timezone.now())
            transaction.set_rollback(True)

    call_command("migrate", "publishing", "0003", verbosity=0)
    try:
        show_unapproved()
    finally:
        call_command("migrate", "publishing", verbosity=0)
    with pytest.raises(IntegrityError, match="has an approval"):
        show_unapproved()
