"""llms.txt: what the site is and where its texts are."""

import re

import pytest
from django.utils import timezone

from blog import revisions
from blog.models import Category, Post
from publishing import workflow
from tests.factories import make_category, make_draft, make_post, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def read(client):
    def read() -> str:
        answer = client.get("/llms.txt")
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
        return answer.content.decode()

    return read


def test_it_begins_with_the_site_and_what_it_says_of_itself(read):
    assert read().startswith("# AutoBlog\n\n> Researched by machines, approved by people\n")


def test_it_names_the_newest_posts_as_markdown(read, client, settings):
    make_post(live=True, title="Oak [hard]", slug="oak", summary="What\nto know.")
    make_post(title="Draft")
    text = read()

    line = f"- [Oak (hard)]({settings.SITE_URL}/posts/oak.md): What to know."
    assert line in text.splitlines()
    assert "Draft" not in text


def test_it_names_pages_categories_and_feeds(read, settings):
    page = revisions.create_post(make_draft(title="About us"), by=None, kind=Post.Kind.PAGE)
    workflow.submit(page, by=None)
    workflow.approve(page, by=make_user("Publishers"), publish_at=timezone.now())
    make_post(live=True, category=make_category(name="Workshop", slug="workshop"))
    make_category(name="Empty")
    text = read()

    site = settings.SITE_URL
    assert f"- [About us]({site}/about-us.md)" in text
    assert f"- [Workshop]({site}/categories/workshop/)" in text
    assert f"- [feed.atom]({site}/feed.atom)" in text
    assert "Empty" not in text


def test_it_has_a_part_for_each_language_with_posts(read, settings):
    assert "(ar)" not in read()
    make_post(live=True, title="غراء", slug="ghira", language="ar")
    text = read()

    assert "## Newest posts (en)" not in text  # there is none
    assert "## Newest posts (ar)" in text
    assert f"{settings.SITE_URL}/ar/posts/ghira.md" in text
    assert f"{settings.SITE_URL}/ar/feed.rss" in text


def test_it_says_what_may_be_done_with_the_texts(read, settings):
    assert "Use:" not in read()
    settings.CONTENT_LICENCE = "CC BY 4.0"
    assert "\nUse: CC BY 4.0\n" in read()


def test_every_address_in_it_answers(read, client, settings):
    make_post(live=True, category=make_category())
    addresses = re.findall(r"\]\((.*?)\)", read())

    assert len(addresses) >= 7
    for address in addresses:
        path = address.removeprefix(settings.SITE_URL)
        assert client.get(path).status_code == 200, path


def test_words_cannot_make_lines_or_links_of_their_own(read):
    bad = "x](https://evil.example)\n## Bad\x08"
    make_post(live=True, title=bad, summary=bad, category=make_category(slug="c"))
    Category.objects.update(name="c](x)\n# y", description=bad)
    text = read()

    assert not re.search(r"^#+ (Bad|y)", text, re.MULTILINE)
    assert "](https://evil.example" not in text
    assert "\x08" not in text
