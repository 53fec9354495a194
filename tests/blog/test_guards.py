"""The database refuses what no code of ours should ever try."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from blog import revisions
from blog.models import Content, Image, Post, Revision, Tag
from publishing import workflow
from tests.factories import make_author, make_category, make_draft, make_image, make_post, make_user

pytestmark = pytest.mark.django_db


def make_tag() -> Tag:
    number = Tag.objects.count()
    return Tag.objects.create(name=f"Tag {number}", slug=f"tag-{number}")


def _commit(change: Callable[[], object]) -> None:
    """Make the change and look at it as the end of a transaction would."""
    change()
    connection.check_constraints()


def _other_value(field_name: str) -> object:
    makers = {
        "author": make_author,
        "category": make_category,
        "cover": make_image,
    }
    if field_name in makers:
        return makers[field_name]()
    return True if field_name.startswith("is_") else "de"


@pytest.mark.parametrize("name", [field.name for field in Content._meta.fields])
def test_no_column_that_readers_see_changes_behind_an_approval(name):
    post = make_post(live=True)

    with (
        pytest.raises(IntegrityError, match="something else than its approved"),
        transaction.atomic(),
    ):
        Post.objects.filter(pk=post.pk).update(**{name: _other_value(name)})


def test_clearing_the_category_is_a_change_too():
    post = make_post(live=True, category=make_category())

    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.filter(pk=post.pk).update(category=None)


def test_a_post_cannot_show_the_approved_revision_of_another():
    post, other = make_post(live=True), make_post(live=True)

    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.filter(pk=post.pk).update(approved_revision=other.approved_revision)


def test_an_approval_cannot_be_smuggled_onto_other_content():
    post = make_post(title="Approved")
    first = post.latest_revision
    revisions.save_revision(post, make_draft(title="Sneaky"), by=None)

    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.filter(pk=post.pk).update(approved_revision=first, publish_at="2026-01-01T00Z")


def test_a_draft_may_change_freely():
    post = make_post()

    assert Post.objects.filter(pk=post.pk).update(title="Another") == 1


def test_moving_the_time_of_a_live_post_is_not_a_change_of_content():
    post = make_post(live=True)

    assert Post.objects.filter(pk=post.pk).update(publish_at="2026-01-01T00:00Z") == 1


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Rewritten"},
        {"body": "Rewritten"},
        {"body_html": "<script>"},
        {"digest": "0" * 64},
        {"number": 99},
        {"tag_ids": [1]},
        {"contributor_ids": [1]},
        {"created_at": "2020-01-01T00:00Z"},
        {"note": "Rewritten"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_revision_never_changes(change):
    revision = make_post().latest_revision

    with pytest.raises(IntegrityError, match="immutable"), transaction.atomic():
        Revision.objects.filter(pk=revision.pk).update(**change)


def test_a_revision_never_changes_its_post_or_author():
    post, other = make_post(), make_post()

    for change in ({"post": other}, {"author": make_author()}, {"created_by": make_user()}):
        with pytest.raises(IntegrityError, match="immutable"), transaction.atomic():
            post.revisions.update(**change)


def test_deleting_a_user_keeps_their_revisions():
    user = make_user("Writers")
    post = make_post(by=user)

    user.delete()

    assert post.revisions.get().created_by is None


def test_deleting_a_draft_deletes_its_revisions():
    post = make_post()
    post.delete()

    assert not Revision.objects.exists()


class TestTags:
    @pytest.fixture
    def post(self):
        return make_post(live=True, tags=[make_tag(), make_tag()])

    def test_the_workflow_sets_tags_that_the_database_accepts(self, post):
        draft = revisions.draft_of(post)
        revisions.save_revision(post, replace(draft, tags=[make_tag()]), by=None)
        workflow.submit(post, by=None)
        workflow.approve(post, by=make_user("Publishers"))

        connection.check_constraints()
        assert [tag.pk for tag in post.tags.all()] == post.approved_revision.tag_ids

    @pytest.mark.parametrize(
        "change",
        [
            lambda post: post.tags.add(make_tag()),
            lambda post: post.tags.remove(post.tags.first()),
            lambda post: post.tags.clear(),
            lambda post: post.tags.through.objects.filter(post=post).update(post=make_post()),
            lambda post: post.tags.through.objects.filter(tag=post.tags.first()).update(
                tag=make_tag()
            ),
        ],
        ids=["add", "remove", "clear", "move", "swap"],
    )
    def test_no_tag_changes_behind_an_approval(self, post, change):
        with pytest.raises(IntegrityError, match="other tags"), transaction.atomic():
            _commit(lambda: change(post))

    def test_an_approval_cannot_be_smuggled_onto_other_tags(self, post):
        approved = post.approved_revision
        Post.objects.filter(pk=post.pk).update(approved_revision=None)
        post.tags.clear()
        connection.check_constraints()

        with pytest.raises(IntegrityError, match="other tags"), transaction.atomic():
            _commit(lambda: Post.objects.filter(pk=post.pk).update(approved_revision=approved))

    def test_the_tags_of_a_draft_change_freely(self):
        post = make_post(tags=[make_tag()])

        post.tags.clear()

        connection.check_constraints()

    def test_a_tag_that_is_no_more_is_missed_by_nobody(self, post):
        post.tags.first().delete()

        connection.check_constraints()
        assert post.tags.count() == 1


class TestPictures:
    @pytest.mark.parametrize(
        "change",
        [
            {"file": "images/other.png"},
            {"width": 1},
            {"alt_text": "Buy this"},
            {"is_decorative": True},
            {"caption": "Buy this"},
            {"credit": "Somebody"},
            {"licence": "None"},
            {"source_url": "https://example.com/"},
        ],
        ids=lambda change: next(iter(change)),
    )
    def test_a_picture_that_a_post_has_never_changes(self, change):
        cover = make_image(alt_text="A bicycle")
        make_post(cover=cover)

        with pytest.raises(IntegrityError, match="upload another"), transaction.atomic():
            Image.objects.filter(pk=cover.pk).update(**change)

    def test_a_picture_that_no_post_has_may_change(self):
        assert Image.objects.filter(pk=make_image().pk).update(caption="Better") == 1

    def test_deleting_a_user_keeps_their_pictures(self):
        user = make_user("Writers")
        cover = make_image(uploaded_by=user)
        make_post(live=True, cover=cover)

        user.delete()

        cover.refresh_from_db()
        assert cover.uploaded_by is None

    @pytest.mark.parametrize("name", Image(pk=1).signed_fields())
    def test_an_approval_signs_all_that_readers_see_of_a_picture(self, name):
        revision = make_post(cover=make_image()).latest_revision
        before = revision.compute_digest()

        vars(revision.cover)[name] = "something else"

        assert revision.compute_digest() != before

    def test_an_approval_signs_that_a_picture_was_made_with_ai(self):
        revision = make_post(cover=make_image()).latest_revision
        before = revision.compute_digest()

        revision.cover.is_ai_generated = True

        assert revision.compute_digest() != before


@pytest.mark.django_db(transaction=True)
def test_the_guards_can_be_taken_down_and_put_up_again():
    post = make_post(live=True)
    call_command("migrate", "blog", "0002", verbosity=0)
    try:
        with transaction.atomic():
            post.tags.add(make_tag())
            connection.check_constraints()
            transaction.set_rollback(True)
    finally:
        call_command("migrate", verbosity=0)

    with pytest.raises(IntegrityError, match="other tags"):
        post.tags.add(make_tag())
