"""An approved newer text comes at its time, whatever becomes of others that are due with it."""

import functools
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from blog import addresses, housekeeping, revisions, showing
from blog.models import Post
from config import sweeper
from publishing import workflow
from tests import factories
from tests.blog.test_revisions import at_once
from tests.generation import tiny

pytestmark = pytest.mark.django_db


def make_update(at: datetime | None = None, **content: object) -> Post:
    """Make a live post whose newer text readers get in an hour, or at `at`."""
    post = factories.make_post(live=True)
    draft = factories.make_draft(**{"author": post.author, "title": "Newer words"} | content)
    revisions.save_revision(post, draft, by=None)
    workflow.submit(post, by=None)
    later = at or timezone.now() + timedelta(hours=1)
    workflow.approve(post, by=factories.make_user("Editors"), publish_at=later)
    return post


def _is_shown(post: Post) -> bool:
    return Post.objects.get(pk=post.pk).approved_revision_id == post.latest_revision_id


class TestTheAddressOfAnUpdate:
    def test_is_kept_for_it(self):
        post = make_update(slug="soon-here")
        other = factories.make_post()

        assert addresses.taken(["soon-here", "free"]) == {"soon-here"}
        assert addresses.taken(["soon-here"], by_others_than=post) == set()
        with pytest.raises(revisions.AddressTaken):
            revisions.save_revision(other, factories.make_draft(slug="soon-here"), by=None)
        assert factories.make_post(title="Soon here").slug == "soon-here-2"

    def test_that_somebody_took_all_the_same_stops_no_other_update(self, caplog):
        blocked, fine = make_update(slug="soon-here"), make_update()
        thief = factories.make_post()
        with connection.cursor() as cursor:
            cursor.execute("UPDATE blog_post SET slug = 'soon-here' WHERE id = %s", [thief.pk])

        shown = showing.show_due_updates(timezone.now() + timedelta(hours=2))

        assert shown == 1
        assert (_is_shown(blocked), _is_shown(fine)) == (False, True)
        assert Post.objects.get(pk=blocked.pk).is_live
        assert [record.msg["event"] for record in caplog.records] == ["update_not_shown"]


@pytest.mark.django_db(transaction=True)
class TestTheSweep:
    def test_of_a_worker_shows_what_is_due(self):
        post = make_update()
        due = [post.update_at - timedelta(microseconds=1), post.update_at]

        shown = []
        for now in due:
            sweep = functools.partial(housekeeping.sweep, now)
            assert sweeper.sweep_once("blog", sweeper.BLOG_LOCK, sweep) is True
            shown.append(_is_shown(post))

        assert shown == [False, True]

    def test_leaves_what_somebody_is_just_deciding_about_to_the_next(self):
        post = make_update()
        later = post.update_at
        shown = []

        with transaction.atomic():
            Post.objects.select_for_update().get(pk=post.pk)
            with tiny.in_thread(lambda: shown.append(showing.show_due_updates(later))):
                pass
        assert shown == [0]
        assert [showing.show_due_updates(later) for _ in range(2)] == [1, 0]

    def test_of_many_at_once_shows_each_update_once(self):
        later = max(make_update().update_at for _ in range(3))

        assert sum(at_once(lambda: showing.show_due_updates(later), times=6)) == 3
