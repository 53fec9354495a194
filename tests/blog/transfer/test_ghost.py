"""A Ghost export: rows that refer to each other in any order, and three ways to write a text."""

import json
from pathlib import Path
from typing import Any

import pytest

from blog.models import Author, Category, Image, Post, Redirect, Tag
from blog.transfer import package
from blog.transfer.reading import Choices, FormatRefused
from tests.blog.transfer.moving import FIXTURES, bring, line_of, outcomes, picture, post_of

pytestmark = pytest.mark.django_db
FILE = FIXTURES / "ghost.json"
ADDRESS = Choices(url="https://ghost.example")


def _id(number: int) -> str:
    return f"5d{number:022x}"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A copy of Ghost's own folder of pictures."""
    for name in ("2021/01/burr.jpg", "2021/01/cover.jpg", "2018/03/chair.jpg", "2021/01/strop.png"):
        picture(tmp_path / "content/images" / name, "red" if "cover" in name else "blue")
    return tmp_path / "content"


def _bring(content: Path, **options: Any) -> Any:
    with package.opened(content) as media:
        return bring("ghost", FILE, media=media, **{"choices": ADDRESS} | options)


class TestWholeBlog:
    @pytest.fixture(autouse=True)
    def _brought(self, content: Path) -> None:
        self.report = _bring(content)

    def test_rows_that_are_none_are_reported_and_the_rest_comes(self) -> None:
        failed = [line for line in self.report.lines if line.outcome == "failed"]

        assert [(line.label, line.reason) for line in failed] == [
            ("No id", "It has no id."),
            ("", "It is no row of a table."),
        ]
        assert Post.objects.count() == 8
        assert self.report.left_behind == {
            "code injections": 1,
            "featured marks": 1,
            "internal tags": 1,
            "members": 2,
            "newsletters": 1,
        }

    def test_html_with_cards_becomes_markdown_with_pictures(self) -> None:
        post = post_of(_id(1))
        burr = Image.objects.get(file__in=[post.body.split("![A burr](/media/")[1].split(" ")[0]])

        assert post.body == (
            "See [strops](/posts/strops/).\n\n<https://youtu.be/xyz>\n\n"
            f'![A burr]({burr.file.url} "Magnified")\n\n[A good read](https://elsewhere.example/a)'
        )

    def test_cover_words_and_search_fields_come_along(self) -> None:
        post = post_of(_id(1))

        assert post.cover is not None
        assert (post.cover.alt_text, post.cover.caption) == ("A bent edge", "Bent")
        assert (post.seo_title, post.seo_description) == ("Burr, the", "How to tell.")
        assert post.summary == "When to stop."

    def test_a_picture_is_described_as_its_text_describes_it(self) -> None:
        assert Image.objects.filter(alt_text="A burr").exists()
        assert self.report.needs_alt_text == ["/content/images/2021/01/strop.png"]

    def test_tags_stay_tags_and_the_first_author_is_the_byline(self) -> None:
        post = post_of(_id(1))

        assert post.category is None
        assert {tag.slug for tag in post.tags.all()} == {"sharpening", "wood"}
        assert post.author == Author.objects.get(slug="jane")
        assert post.author.bio == "Writes."
        assert "Written by 2 people" in line_of(self.report, _id(1)).notes[0]

    def test_a_mobiledoc_becomes_markdown(self) -> None:
        body = post_of(_id(2)).body

        assert "## Steps\n\nGo **slowly**\\\n[with strops](/posts/strops/)" in body
        assert "![A chair](/media/images/" in body
        assert "- Glue\n- Clamp\n\n```python\nprint(1)\n```\n\n---\n\nRaw **HTML**" in body

    def test_a_lexical_document_becomes_markdown(self) -> None:
        body = post_of(_id(3)).body

        assert "### Leather\n\nPlain ***bold italic***\\\n[burr](/posts/the-burr/#finding)" in body
        assert "A *card* of Markdown\n\n> Mind your fingers\n\n[Elsewhere]" in body
        assert "1. one\n\n```js\nx = 1\n```" in body
        assert line_of(self.report, _id(3)).notes == ("Not taken over: the card “mystery”.",)

    def test_a_single_card_of_markdown_comes_as_it_was_written(self) -> None:
        assert post_of(_id(4)).body == "A *Markdown* card, [kept](/posts/the-burr/)."

    @pytest.mark.parametrize(
        ("number", "reason"),
        [
            (3, "It was for members only; here it would be open to everybody. It came as a draft."),
            (5, "It was only sent by e-mail. It came as a draft."),
            (6, "It was to appear on 1 January 2190; here it is a draft."),
        ],
    )
    def test_what_was_not_public_says_so(self, number: int, reason: str) -> None:
        assert line_of(self.report, _id(number)).reason == reason

    def test_old_addresses_lead_here(self) -> None:
        assert Redirect.objects.get(path="/the-burr/").post == post_of(_id(1))
        assert Redirect.objects.get(path="/tag/wood/").tag == Tag.objects.get(name="Wood & glue")
        assert Redirect.objects.get(path="/author/jane/").author == Author.objects.get(slug="jane")
        assert Redirect.objects.get(path="/rss/").target == "/feed.rss"
        assert post_of(_id(7)).get_absolute_url() == "/about/"


def test_the_first_tag_can_be_the_category(content: Path) -> None:
    choices = Choices(url="https://ghost.example", primary_tag_is_category=True)

    _bring(content, choices=choices)

    post = post_of(_id(1))
    assert post.category == Category.objects.get(name="Sharpening")
    assert {tag.slug for tag in post.tags.all()} == {"wood"}


def test_without_its_address_links_and_local_pictures_are_still_found(content: Path) -> None:
    report = _bring(content, choices=Choices())

    assert report.source == "old ghost"
    assert "[strops](/posts/strops/)" in post_of(_id(1)).body
    assert "](/media/images/" in post_of(_id(1)).body


def test_an_archive_as_ghost_makes_it_brings_its_pictures(tmp_path: Path, content: Path) -> None:
    import shutil

    shutil.copy(FILE, tmp_path / "ghost.2024.json")
    work = tmp_path / "work"
    work.mkdir()
    shutil.move(str(content), work / "content")
    shutil.move(str(tmp_path / "ghost.2024.json"), work / "ghost.2024.json")
    shutil.make_archive(str(tmp_path / "export"), "zip", work)

    report = bring("ghost", tmp_path / "export.zip", choices=ADDRESS)

    assert outcomes(report)["failed"] == 2
    assert Image.objects.count() == 4


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"db": []}',
        '{"posts": "no"',
        '{"db":[{"data":{"posts":[{"a":',
        "[" * 100_000,
    ],
)
def test_another_file_is_refused_with_the_way_to_the_right_one(tmp_path: Path, text: str) -> None:
    file = tmp_path / "x.json"
    file.write_text(text)

    with pytest.raises(FormatRefused, match=r"Ghost export|is JSON"):
        bring("ghost", file)


def test_the_oldest_format_has_markdown_in_its_rows(tmp_path: Path) -> None:
    row = {
        "id": 5,
        "title": "Old",
        "slug": "old",
        "markdown": "*Old* text",
        "status": "published",
        "published_at": 1283780649000,
        "author_id": 1,
        "page": 1,
    }
    document = {
        "meta": {"version": "003"},
        "data": {"posts": [row], "users": [{"id": 1, "name": "Ann", "slug": "ann"}]},
    }
    file = tmp_path / "x.json"
    file.write_text(json.dumps(document))

    report = bring("ghost", file)

    post = post_of("5")
    assert (post.body, post.kind, post.author.name) == ("*Old* text", "page", "Ann")
    assert (
        line_of(report, "5").reason == "It was published on 6 September 2010; here it is a draft."
    )
