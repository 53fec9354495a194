"""Two people at once: one wins, the other is told, and nothing unapproved is ever shown."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from blog import revisions
from blog.models import Post
from publishing import workflow
from publishing.models import Approval, WorkflowEvent
from tests.factories import make_draft, make_post, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def _at_once(*moves: Callable[[], object]) -> list[BaseException | None]:
    """Run the moves on connections of their own, all let go at the same moment."""
    ready = threading.Barrier(len(moves))
    outcomes: list[BaseException | None] = [None] * len(moves)

    def run(index: int, move: Callable[[], object]) -> None:
        try:
            ready.wait()
            move()
        except workflow.TransitionNotAllowed as refusal:
            outcomes[index] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(moves)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.mark.parametrize("attempt", range(3))
def test_of_many_approvals_at_once_one_wins(attempt: int) -> None:
    post = make_post(in_review=True)
    editors = [make_user("Editors") for _ in range(4)]

    outcomes = _at_once(
        *(lambda by=by: workflow.approve(Post.objects.get(pk=post.pk), by=by) for by in editors)
    )

    assert sum(outcome is None for outcome in outcomes) == 1
    assert all("this one is" in str(outcome) for outcome in outcomes if outcome)
    assert Approval.objects.count() == 1
    assert WorkflowEvent.objects.filter(transition="approve").count() == 1


@pytest.mark.parametrize("attempt", range(5))
def test_an_edit_during_an_approval_never_shows_what_nobody_approved(attempt: int) -> None:
    post = make_post(in_review=True, title="Read by the editor")
    editor, writer = make_user("Editors"), make_user("Writers")

    _at_once(
        lambda: workflow.approve(Post.objects.get(pk=post.pk), by=editor),
        lambda: revisions.save_revision(
            Post.objects.get(pk=post.pk), make_draft(title="Sneaked in"), by=writer
        ),
    )

    post.refresh_from_db()
    assert post.status == Post.Status.DRAFT
    assert [shown.title for shown in Post.objects.published()] in ([], ["Read by the editor"])


def test_a_withdrawal_and_an_approval_at_once_end_in_a_state_of_the_table() -> None:
    post = make_post(in_review=True)
    editor, publisher = make_user("Editors"), make_user("Publishers")

    _at_once(
        lambda: workflow.approve(Post.objects.get(pk=post.pk), by=editor),
        lambda: workflow.withdraw(Post.objects.get(pk=post.pk), by=publisher),
    )

    post.refresh_from_db()
    assert post.status == Post.Status.ARCHIVED
    assert not Post.objects.published().exists()
