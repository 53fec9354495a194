"""The database refuses what no code of ours should ever try."""

import pytest
from django.db import IntegrityError, transaction

from blog import revisions
from blog.models import Content, Post, Revision
from tests.factories import make_author, make_category, make_draft, make_image, make_post, make_user

pytestmark = pytest.mark.django_db


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
