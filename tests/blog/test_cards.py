"""A card shows what its post is now, however often it was rendered before."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from blog import cards, fragments
from blog.models import Post
from tests.factories import make_author, make_category, make_image, make_post

pytestmark = pytest.mark.django_db


@pytest.fixture
def post() -> Post:
    return make_post(live=True, category=make_category(), summary="In short.")


def test_what_looks_the_same_is_rendered_once(post):
    fragments._render.cache_clear()
    first = cards.card(post)

    assert cards.card(Post.objects.for_cards().get(pk=post.pk)) == first
    assert fragments._render.cache_info().misses == 1


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        (lambda post: setattr(post, "title", "Another <title>"), "Another &lt;title&gt;"),
        (lambda post: setattr(post, "slug", "elsewhere"), "/posts/elsewhere/"),
        (lambda post: setattr(post, "summary", "Longer."), "Longer."),
        (lambda post: setattr(post, "language", "ar"), 'lang="ar" dir="rtl"'),
        (lambda post: setattr(post, "author", make_author(name="Nobody Else")), "Nobody Else"),
        (lambda post: setattr(post, "category", make_category(name="Attic")), ">Attic</a>"),
        (lambda post: setattr(post, "is_sample", True), "tag-sample"),
        (lambda post: setattr(post, "cover", make_image(alt_text="A goat")), 'alt="A goat"'),
        (
            lambda post: setattr(post, "publish_at", timezone.now() - timedelta(days=9_999)),
            f"{timezone.localtime() - timedelta(days=9_999):%Y-%m-%d}",
        ),
    ],
)
def test_whatever_changes_is_seen(post, change, shown):
    before = cards.card(post)
    change(post)

    assert shown not in before
    assert shown in cards.card(post)


def test_each_language_has_its_own(post):
    english = cards.card(post)
    with translation.override("ar"):
        arabic = cards.card(post)

    assert "/ar/" not in english
    assert f'href="/ar/posts/{post.slug}/"' in arabic or "/ar/categories/" in arabic


def test_brief_ones_have_no_summary_and_their_own_heading(post):
    assert "In short." in cards.card(post)
    brief = cards.card(post, "h3", is_brief=True)
    assert "In short." not in brief
    assert "<h3" in brief
