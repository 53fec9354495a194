"""A person's redirect is taken when it works, and refused in words when it could not."""

import pytest
from django.urls import reverse

from blog.models import Redirect
from tests.factories import make_category, make_post, make_user

pytestmark = pytest.mark.django_db

ADD = reverse("admin:blog_redirect_add")
LIST = reverse("admin:blog_redirect_changelist")


@pytest.fixture
def desk(client):
    client.force_login(make_user("Editors"))
    return client


def add(desk, path, leads_to):
    """Return the words of refusal, or None for a redirect that was made."""
    answer = desk.post(ADD, {"path": path, "leads_to": leads_to})
    if answer.status_code == 302:
        return None
    form = answer.context["adminform"].form
    assert form["path"].value() == path  # nothing typed is lost
    return " ".join(message for errors in form.errors.values() for message in errors)


def test_a_page_of_the_blog_is_followed_wherever_it_moves(desk, settings):
    post, category = make_post(live=True, slug="a"), make_category(slug="c")

    assert add(desk, "/2019/05/old/", "/posts/a/") is None
    assert add(desk, "/?p=12", f"{settings.SITE_URL}/posts/a") is None
    assert add(desk, f"{settings.SITE_URL}/topics/c.html", "/categories/c/") is None

    assert Redirect.objects.get(path="/2019/05/old/").post == post
    assert Redirect.objects.get(path="/?p=12").post == post
    assert Redirect.objects.get(path="/topics/c.html").category == category


def test_other_pages_are_addresses(desk):
    make_post(live=True, slug="a")
    for number, target in enumerate(
        ["/archive/", "/posts/a/#h-b", "/feed.rss", "https://elsewhere.example/x"]
    ):
        assert add(desk, f"/old-{number}/", target) is None
        assert Redirect.objects.get(path=f"/old-{number}/").target == target


@pytest.mark.parametrize(
    ("path", "leads_to", "words"),
    [
        ("old/", "/archive/", "from the slash on"),
        ("https://other.example/old/", "/archive/", "from the slash on"),
        ("//other.example/", "/archive/", "from the slash on"),
        ("/admin/old/", "/archive/", "belongs to AutoBlog itself"),
        ("/posts/live/", "/archive/", "A page answers at /posts/live/"),
        ("/posts/live", "/archive/", "A page answers at /posts/live"),
        ("/archive/", "/", "A page answers"),
        ("/?utm=1", "/archive/", "A page answers at /"),
        ("/taken", "/archive/", "a redirect from /taken/ already"),
        ("/new/", "/new/", "lead to itself"),
        ("/new/", "/new", "lead to itself"),
        ("/new/", "archive", "Begin with a slash"),
        ("/new/", "javascript:alert(1)", "Begin with a slash"),
        ("/new/", "//other.example/", "Begin with a slash"),
        ("/new/", "https://", "no address that a browser can open"),
        ("/new/", "/nothing/", "Nothing answers at /nothing/"),
        ("/new/", "/posts/draft/", "Readers do not see “Draft” now"),
        ("/new/", "/taken/", "an old address itself. Name the one that it leads to: /posts/live/"),
    ],
)
def test_what_could_not_work_is_refused_in_words(desk, path, leads_to, words):
    make_post(slug="draft", title="Draft")
    Redirect.objects.create(path="/taken/", post=make_post(live=True, slug="live"))

    assert words in (add(desk, path, leads_to) or "")
    assert Redirect.objects.count() == 1


def test_it_is_listed_searched_changed_and_removed(desk):
    post = make_post(live=True, slug="a", title="On glue")
    redirect = Redirect.objects.create(path="/old/", post=post)
    Redirect.objects.create(path="/other/", target="https://elsewhere.example/")

    text = desk.get(LIST + "?q=glue").content.decode()
    assert "/old/" in text
    assert "/posts/a/" in text
    assert "/other/" not in text

    change = reverse("admin:blog_redirect_change", args=[redirect.pk])
    assert 'value="/posts/a/"' in desk.get(change).content.decode()
    desk.post(change, {"path": "/old/", "leads_to": "/archive/"})
    redirect.refresh_from_db()
    assert (redirect.target, redirect.post) == ("/archive/", None)

    desk.post(reverse("admin:blog_redirect_delete", args=[redirect.pk]), {"post": "yes"})
    assert not Redirect.objects.filter(path="/old/").exists()


def test_writers_look_and_do_not_touch(client):
    client.force_login(make_user("Writers"))

    assert client.get(LIST).status_code == 200
    assert client.get(ADD).status_code == 403
    assert client.post(ADD, {"path": "/old/", "leads_to": "/archive/"}).status_code == 403
    assert not Redirect.objects.exists()
