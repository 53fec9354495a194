"""An edit in the admin never takes back in silence what was decided about a post."""

import pytest
from django.test import Client

from blog.models import Post
from publishing import workflow
from tests import factories
from tests.blog.test_admin import edit_url, words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def as_a_writer(client: Client) -> None:
    client.force_login(factories.make_user("Writers"))


def said_after(client: Client, post: Post, **changes: object) -> str:
    """Save the form and return the page that follows."""
    return client.post(edit_url(post), words(post, **changes), follow=True).content.decode()


def test_an_edit_of_a_scheduled_post_says_that_it_will_not_appear(client: Client) -> None:
    post = factories.make_post(approved=True)

    page = said_after(client, post, body="Better.")

    assert f"does not appear on {post.publish_at:%A, %-d %B %Y}" in page
    post.refresh_from_db()
    assert (post.status, post.is_scheduled) == ("draft", False)


def test_an_edit_of_a_post_in_review_says_that_it_is_a_draft_again(client: Client) -> None:
    post = factories.make_post(in_review=True)

    assert "takes the post back from review" in said_after(client, post, body="Better.")


@pytest.mark.parametrize("where", ["in_review", "approved", "live"])
def test_saving_without_a_change_leaves_everything_as_it_is(client: Client, where: str) -> None:
    post = factories.make_post(**{where: True})
    before = (post.status, post.approved_revision, post.latest_revision)

    page = said_after(client, post)

    assert "You changed nothing" in page
    assert "Your edit" not in page
    post.refresh_from_db()
    assert (post.status, post.approved_revision, post.latest_revision) == before


class TestAWithdrawnPost:
    @pytest.fixture
    def post(self) -> Post:
        post = factories.make_post(live=True)
        workflow.withdraw(post, by=factories.make_user("Publishers"))
        return post

    def test_is_shown_at_the_desk(self, client: Client, post: Post) -> None:
        page = client.get(edit_url(post), follow=True)

        assert page.redirect_chain[0][0] == f"/admin/publishing/queuedpost/{post.pk}/change/"
        assert "Bring it back at the review desk" in page.content.decode()
        assert "Edit text" not in page.content.decode()

    def test_is_not_edited_and_no_word_is_lost(self, client: Client, post: Post) -> None:
        page = said_after(client, post, body="My new words.")

        assert "Bring it back at the review desk" in page
        assert "My new words." in page
        post.refresh_from_db()
        assert (post.status, post.latest_revision.number) == ("archived", 1)
