"""Pages such as "About" have a list of their own and are written like posts."""

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from blog import revisions
from blog.models import Post
from tests import factories
from tests.blog.test_admin import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer(client):
    user = factories.make_user("Writers")
    client.force_login(user)
    return user


def make_page(**fields):
    return revisions.create_post(factories.make_draft(**fields), by=None, kind=Post.Kind.PAGE)


def edit_url(page):
    return reverse("admin:blog_page_change", args=[page.pk])


def test_a_page_needs_no_category_and_finds_its_place_in_the_menu(client, writer):
    data = {"title": "About us", "body": "We.", "language": "en", "menu_position": 1}

    answer = client.post(
        reverse("admin:blog_page_add"), data | {"author": factories.make_author().pk}
    )

    page = Post.objects.get()
    assert answer.status_code == 302
    assert (page.kind, page.slug, page.menu_position) == ("page", "about-us", 1)
    assert page.latest_revision.created_by == writer


def test_each_list_has_its_own(client, writer):
    page, post = make_page(title="About us"), factories.make_post(title="On glue")

    pages = client.get(reverse("admin:blog_page_changelist")).context["cl"].result_list
    posts = client.get(reverse("admin:blog_post_changelist")).context["cl"].result_list

    assert [row.pk for row in pages] == [page.pk]
    assert [row.pk for row in posts] == [post.pk]


def test_whoever_comes_by_the_other_door_is_led_to_the_right_one(client, writer):
    page, post = make_page(), factories.make_post()

    to_page = client.get(reverse("admin:blog_post_change", args=[page.pk]))
    to_post = client.get(reverse("admin:blog_page_change", args=[post.pk]))

    assert to_page.url == edit_url(page)
    assert to_post.url == reverse("admin:blog_post_change", args=[post.pk])


@pytest.mark.parametrize("slug", ["search", "ar", "admin"])
def test_an_address_of_the_blog_itself_is_refused(client, writer, slug):
    page = make_page()

    answer = client.post(edit_url(page), words(page, slug=slug))

    assert answer.status_code == 200
    errors = answer.context["adminform"].form.errors["slug"]
    assert f"The blog itself uses the address “{slug}”" in errors[0]


def test_the_place_in_the_menu_is_noted_once_and_is_no_revision(client, writer):
    page = make_page()

    client.post(edit_url(page), words(page, menu_position=3))

    page.refresh_from_db()
    assert (page.menu_position, page.latest_revision.number) == (3, 1)
    assert LogEntry.objects.get().get_change_message() == "Changed Place in the menu."


def test_what_a_page_shows_nowhere_is_kept(client, writer):
    category = factories.make_category()
    page = make_page(category=category)

    client.post(edit_url(page), words(page, body="New."))

    page.refresh_from_db()
    assert (page.latest_revision.body, page.latest_revision.category) == ("New.", category)


@pytest.mark.parametrize("name", ["changelist", "add"])
def test_whoever_may_not_see_posts_sees_no_pages(client, name):
    client.force_login(factories.make_user())

    assert client.get(reverse(f"admin:blog_page_{name}")).status_code == 403


def test_whoever_may_only_look_adds_and_changes_nothing(client):
    client.force_login(factories.make_user("Publishers"))
    page = make_page()

    assert client.get(reverse("admin:blog_page_add")).status_code == 403
    assert client.post(edit_url(page), words(page, body="No.")).status_code == 302
    page.refresh_from_db()
    assert page.latest_revision.number == 1


def test_the_sidebar_leads_there(client, writer):
    home = client.get(reverse("admin:index")).content.decode()

    assert f'href="{reverse("admin:blog_page_changelist")}"' in home
