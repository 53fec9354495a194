"""What readers knew under an old address is found under the new one."""

import pytest

from blog import revisions
from blog.models import Redirect
from publishing import workflow
from tests.factories import make_draft, make_post, make_user

pytestmark = pytest.mark.django_db


def test_a_live_post_that_moves_leaves_a_redirect():
    post = make_post(live=True, slug="old")
    revisions.save_revision(post, make_draft(slug="new"), by=None)
    assert not Redirect.objects.exists()

    workflow.submit(post, by=None)
    workflow.approve(post, by=make_user("Editors"))

    assert Redirect.objects.get(path="/posts/old/").post == post


def test_a_draft_leaves_none():
    post = make_post(slug="old")

    revisions.save_revision(post, make_draft(slug="new"), by=None)

    assert not Redirect.objects.exists()


def test_a_withdrawn_post_that_comes_back_elsewhere_is_found():
    post = make_post(live=True, slug="old")
    workflow.withdraw(post, by=make_user("Publishers"))
    workflow.restore(post, by=make_user("Editors"))

    revisions.save_revision(post, make_draft(slug="new"), by=None)

    assert Redirect.objects.get(path="/posts/old/").post == post
