"""Each post and page as Markdown, where its page would be shown."""

import pytest
import yaml
from django.utils import timezone

from blog import revisions
from blog.models import Post, Tag
from publishing import workflow
from tests.blog import hostile_texts
from tests.factories import make_author, make_category, make_draft, make_image, make_post, make_user

pytestmark = pytest.mark.django_db


def _read(answer) -> tuple[dict, str]:
    """Return the block in front, and the text."""
    assert answer.status_code == 200
    empty, front, text = answer.content.decode().split("---\n", 2)
    assert empty == ""
    return yaml.safe_load(front), text


@pytest.fixture
def post():
    return make_post(
        live=True,
        slug="oak",
        title="Oak: a “hard” wood",
        summary="What to know.",
        body="See [all](/archive/).\n\n```\n[x](/y)\n```",
        author=make_author(name="Ida Holm"),
        category=make_category(name="Workshop"),
        tags=[Tag.objects.create(name="Glue", slug="glue")],
    )


class TestAPost:
    def test_says_in_front_what_it_is(self, client, post, settings):
        settings.CONTENT_LICENCE = "CC BY 4.0"
        front, _text = _read(client.get("/posts/oak.md"))

        assert front == {
            "title": "Oak: a “hard” wood",
            "description": "What to know.",
            "url": f"{settings.SITE_URL}/posts/oak/",
            "author": "Ida Holm",
            "published": post.publish_at.isoformat(timespec="seconds"),
            "updated": post.publish_at.isoformat(timespec="seconds"),
            "language": "en",
            "category": "Workshop",
            "tags": ["Glue"],
            "licence": "CC BY 4.0",
            "site": f"AutoBlog, {settings.SITE_URL}/",
        }

    def test_is_followed_by_its_text_with_whole_addresses(self, client, post, settings):
        _front, text = _read(client.get("/posts/oak.md"))

        assert text == (
            f"\n# Oak: a “hard” wood\n\nSee [all]({settings.SITE_URL}/archive/).\n\n"
            "```\n[x](/y)\n```\n"
        )

    def test_names_its_pictures_where_they_are(self, client, settings):
        settings.MEDIA_URL = "/media/"
        image = make_image()
        body = f"![x](/media/{image.file.name})"
        make_post(live=True, slug="oak", cover=image, body=body)

        front, text = _read(client.get("/posts/oak.md"))

        assert front["image"] == f"{settings.SITE_URL}/media/{image.file.name}"
        assert f"![x]({front['image']})" in text

    @pytest.mark.parametrize("flag", ["is_ai_generated", "is_sample"])
    def test_says_that_a_machine_wrote_it(self, client, flag):
        make_post(live=True, slug="oak", **{flag: True})

        assert _read(client.get("/posts/oak.md"))[0]["disclosure"]

    def test_tells_programs_what_it_is_and_where_its_page_is(self, client, post, settings):
        headers = client.get("/posts/oak.md").headers

        assert headers["Content-Type"] == "text/markdown; charset=utf-8"
        assert headers["Link"] == f'<{settings.SITE_URL}/posts/oak/>; rel="canonical"'
        assert headers["X-Robots-Tag"] == "noindex"
        assert "ETag" in headers

    def test_stands_in_the_part_of_its_language(self, client):
        make_post(live=True, slug="zan", language="ar", body="نص")

        assert "نص" in _read(client.get("/ar/posts/zan.md"))[1]
        assert client.get("/posts/zan.md").status_code == 404


class TestAPage:
    def test_has_its_markdown_beside_it(self, client):
        page = revisions.create_post(make_draft(title="About us"), by=None, kind=Post.Kind.PAGE)
        workflow.submit(page, by=None)
        workflow.approve(page, by=make_user("Publishers"), publish_at=timezone.now())

        assert _read(client.get("/about-us.md"))[0]["title"] == "About us"
        assert client.get("/posts/about-us.md").status_code == 404

    def test_is_no_post(self, client, post):
        assert client.get("/oak.md").status_code == 404


class TestWhatIsNotShown:
    def _answers_alike(self, client, slug: str) -> int:
        page, markdown = client.get(f"/posts/{slug}/"), client.get(f"/posts/{slug}.md")
        assert page.status_code == markdown.status_code
        return markdown.status_code

    def test_as_a_page_is_not_shown_as_markdown(self, client):
        make_post(slug="draft")
        make_post(slug="tomorrow", approved=True)

        for slug in ("draft", "tomorrow", "never-was"):
            assert self._answers_alike(client, slug) == 404

    def test_any_more_is_gone_in_both_forms(self, client, post):
        assert self._answers_alike(client, "oak") == 200
        workflow.withdraw(post, by=make_user("Publishers"))

        assert self._answers_alike(client, "oak") in (404, 410)


def test_no_words_break_the_block_in_front(client):
    for number, text in enumerate(hostile_texts.ALL[::400]):
        title = text.replace("\x00", "")[:100].strip() or "x"
        made = make_post(live=True, slug=f"p-{number}", title=title, summary=title, body=text)
        front, _text = _read(client.get(f"/posts/p-{number}.md"))
        assert front["title"] == " ".join(made.title.split())


def test_words_cannot_end_the_block_in_front(client):
    make_post(live=True, slug="oak", title="---\n---\nx: y", summary="--- a\n---\nz: 1")
    front, _text = _read(client.get("/posts/oak.md"))

    assert front["title"] == "--- --- x: y"
    assert "z" not in front
