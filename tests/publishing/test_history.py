"""The history tells of every decision, and of the edits that took one back."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from blog import revisions
from blog.models import Post
from publishing import history, workflow
from tests.factories import make_draft, make_post, make_user

pytestmark = pytest.mark.django_db


def told(post: Post) -> list[tuple[int, str]]:
    """The history from its beginning: revisions, and what was done with them."""
    return [
        (entry.revision.number, entry.event.transition if entry.event else "saved")
        for entry in reversed(history.of_post(post))
    ]


def test_edits_stand_between_the_decisions_whatever_the_clocks_said() -> None:
    publisher = make_user("Publishers")
    post = make_post(live=True, publish_at=timezone.now().replace(year=2020, month=1, day=1))
    revisions.save_revision(post, make_draft(), by=None)
    workflow.withdraw(post, by=publisher)
    workflow.restore(post, by=publisher)

    assert told(post) == [
        (1, "saved"),
        (1, "submit"),
        (1, "approve"),
        (2, "saved"),
        (2, "withdraw"),
        (3, "restore"),
    ]


def test_an_edit_that_takes_back_an_approval_says_when_it_was_to_appear(client: Client) -> None:
    post, writer = make_post(approved=True), make_user("Writers", username="wanda")
    at = post.publish_at
    revisions.save_revision(post, make_draft(), by=writer, note="One word")

    [edit, *_] = history.of_post(post)

    assert (edit.was_to_appear_at, edit.left_review) == (at, False)
    client.force_login(make_user("Editors"))
    page = client.get(reverse("admin:publishing_queuedpost_change", args=[post.pk]))
    words = " ".join(page.content.decode().split())
    assert "<strong>wanda</strong> saved revision 2, which took back the approval for" in words
    assert "One word" in words


def test_an_edit_of_a_post_in_review_says_so() -> None:
    post = make_post(in_review=True)
    revisions.save_revision(post, make_draft(), by=None)

    [edit, *_] = history.of_post(post)

    assert (edit.left_review, edit.was_to_appear_at) == (True, None)


def test_an_edit_of_a_live_post_takes_nothing_back() -> None:
    post = make_post(live=True)
    revisions.save_revision(post, make_draft(), by=None)

    [edit, *_] = history.of_post(post)

    assert (edit.left_review, edit.was_to_appear_at) == (False, None)
