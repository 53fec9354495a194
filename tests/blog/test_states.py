"""Where a post stands, told the same on every screen."""

from datetime import UTC, datetime

import pytest
import time_machine

from blog import revisions
from blog.admin import states
from blog.models import Post
from publishing import workflow
from tests import factories

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LATER = datetime(2026, 12, 3, 8, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock(settings):
    settings.TIME_ZONE = "Europe/Berlin"
    with time_machine.travel(NOW, tick=False):
        yield


def make_update(at: datetime = LATER) -> Post:
    post = factories.make_post(live=True)
    revisions.save_revision(post, factories.make_draft(author=post.author), by=None)
    workflow.submit(post, by=None)
    workflow.approve(post, by=factories.make_user("Editors"), publish_at=at)
    return post


def test_an_update_says_when_it_comes_on_the_sites_clock() -> None:
    post = make_update()

    state = states.state_of(post)

    assert (state.key, state.label) == ("scheduled", "Live · update on 3 Dec, 09:00")
    assert states.seen_by_readers(post) == (
        "Readers see revision 1; the post is live since Monday, 23 November 2026, 09:00."
        " From Thursday, 3 December 2026, 09:00 they get revision 2 instead."
    )
    assert "takes back the approval of the update" in states.meant_by_saving(post)
    assert states.taken_back_by_an_edit(post) == (
        "Your edit takes back the approval of the update: readers don’t get it on"
        " Thursday, 3 December 2026, 09:00 unless it is submitted and approved again."
    )


def test_another_year_is_named() -> None:
    post = make_update(LATER.replace(year=2027))

    assert states.state_of(post).label == "Live · update on 3 Dec 2027, 09:00"


@pytest.mark.parametrize(
    ("made", "label", "readers", "saving"),
    [
        ({}, "Draft", "Readers don’t see this post.", "decided at the review desk"),
        ({"in_review": True}, "In review", "Readers don’t see this post.", "back from review"),
        ({"approved": True}, "Scheduled", "Readers will see revision 1 from", "voids the approval"),
        ({"live": True}, "Live", "Readers see revision 1; the post is live since", "readers keep"),
    ],
)
def test_every_state_has_its_words(made, label, readers, saving) -> None:
    post = factories.make_post(**made)

    assert states.state_of(post).label == label
    assert states.seen_by_readers(post).startswith(readers)
    assert saving in states.meant_by_saving(post)


def test_a_live_post_with_a_newer_text_says_both() -> None:
    post = factories.make_post(live=True)
    revisions.save_revision(post, factories.make_draft(author=post.author), by=None)

    assert states.state_of(post).label == "Live · newer text draft"
    assert states.taken_back_by_an_edit(post) == ""
