"""What stands around every page, in one query."""

import pytest
from django.test import RequestFactory
from django.utils import translation

from blog import frame, revisions
from blog.models import Post
from blog.navigation import Navigation
from publishing import workflow
from tests.factories import make_category, make_draft, make_post, make_user

pytestmark = pytest.mark.django_db


def read_navigation() -> Navigation:
    return frame.of(RequestFactory().get("/")).navigation


def make_page(title: str, *, menu_position: int | None, **content) -> Post:
    draft = make_draft(title=title, **content)
    page = revisions.create_post(draft, by=None, kind=Post.Kind.PAGE)
    Post.objects.filter(pk=page.pk).update(menu_position=menu_position)
    workflow.submit(page, by=None)
    workflow.approve(page, by=make_user("Publishers"))
    return page


def test_shelves_with_posts_of_the_language_in_their_order(django_assert_num_queries):
    later = make_category(name="A later one", position=2)
    first = make_category(name="The first", position=1)
    arabic = make_category(name="المطبخ", slug="matbakh")
    make_category(name="Without posts")
    make_post(live=True, category=later)
    make_post(live=True, category=first)
    make_post(approved=True, category=make_category(name="Only tomorrow"))
    make_post(live=True, category=arabic, language="ar")

    with django_assert_num_queries(1):
        read = read_navigation()
    assert [link.name for link in read.shelves] == ["The first", "A later one"]
    assert read.shelves[0].url == first.get_absolute_url()
    with translation.override("ar"):
        assert [link.url for link in read_navigation().shelves] == ["/ar/categories/matbakh/"]


def test_pages_of_the_menu_in_their_order(client):
    make_page("Contact us", menu_position=2)
    make_page("About us", menu_position=1)
    make_page("Imprint", menu_position=None)
    make_page("عن المدونة", menu_position=1, slug="an", language="ar")

    assert [link.name for link in read_navigation().pages] == ["About us", "Contact us"]
    text = client.get("/").content.decode()
    footer = text[text.index("<footer") :]
    assert footer.index('href="/about-us/"') < footer.index('href="/contact-us/"')
    assert "Imprint" not in footer
    assert 'href="/ar/an/"' in client.get("/ar/").content.decode()


def test_languages_are_offered_when_several_have_posts(client):
    make_post(live=True)
    assert read_navigation().languages == ("en",)
    assert 'hreflang="ar"' not in client.get("/").content.decode()

    make_post(live=True, language="ar")

    assert read_navigation().languages == ("en", "ar")
    text = client.get("/").content.decode()
    assert '<a href="/ar/" lang="ar" hreflang="ar">' in text
    assert '<a href="/" lang="en" hreflang="en" aria-current="true">' in text
