"""Folders of Markdown: as Jekyll has them, as Hugo has them, and plain ones."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from blog.models import Category, Image, Post, Redirect, Tag
from blog.transfer.markdown import front_matter
from blog.transfer.markdown.front_matter import FrontMatterInvalid
from blog.transfer.reading import FormatRefused
from tests.blog.transfer.moving import FIXTURES, bring, line_of, outcomes, post_of

pytestmark = pytest.mark.django_db


def _page(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


class TestJekyll:
    @pytest.fixture(autouse=True)
    def _brought(self) -> None:
        self.report = bring("markdown", FIXTURES / "jekyll")

    def test_posts_drafts_and_pages_come_and_broken_files_are_named(self) -> None:
        failed = {
            line.source_id: line.reason for line in self.report.lines if line.outcome == "failed"
        }

        assert set(failed) == {"_posts/2020-03-01-broken.md", "_posts/2020-03-02-latin.md"}
        assert "Its YAML can't be read" in failed["_posts/2020-03-01-broken.md"]
        assert "no UTF-8" in failed["_posts/2020-03-02-latin.md"]
        assert Post.objects.filter(kind="post").count() == 4
        assert Post.objects.get(kind="page").slug == "about"
        assert self.report.left_behind == {"files without front matter": 1}

    def test_front_matter_is_understood(self) -> None:
        post = post_of("_posts/2019-05-10-the-burr.md")

        assert (post.title, post.slug) == ("The burr: when to stop", "the-burr")
        assert post.author.name == "Jane O'Neil"
        assert post.category == Category.objects.get(slug="sharpening")
        assert {tag.name for tag in post.tags.all()} == {"Knives", "2019", "C++", "tools"}
        assert Tag.objects.get(name="C++").slug == "c-plus-plus"
        assert post.summary == "Ask why. See the chair, about and it again."
        assert post.cover is not None
        assert post.cover.alt_text == "A bent edge"

    def test_liquid_becomes_what_it_showed(self) -> None:
        body = post_of("_posts/2019-05-10-the-burr.md").body

        assert "[the chair](/posts/chair/), [about](/about/)" in body
        assert "[it again](/posts/chair/#steps)" in body
        assert '```python\nprint("{{ x }}")\n```' in body
        assert "![A burr](/media/images/" in body
        assert '"Magnified")\n' in body
        assert '"Twice")' in body
        assert "[^1]: A footnote." in body
        assert "{{ page.mystery }}" in body
        assert "<!--more-->" not in body

    def test_old_addresses_follow_the_sites_pattern(self) -> None:
        post = post_of("_posts/2019-05-10-the-burr.md")
        paths = set(Redirect.objects.filter(post=post).values_list("path", flat=True))

        assert paths == {"/blog/2019/05/the-burr/", "/blog/old/burr/", "/blog/older/burr.html"}
        assert Redirect.objects.get(path="/blog/about/").post == Post.objects.get(slug="about")

    def test_one_file_shown_twice_is_one_picture(self) -> None:
        assert Image.objects.count() == 2

    def test_what_was_unpublished_stays_a_draft_without_a_word(self) -> None:
        assert line_of(self.report, "_posts/2018-03-05-chair.markdown").reason == ""
        assert line_of(self.report, "_drafts/idea.md").reason == ""
        assert "an unknown day" in line_of(self.report, "_posts/2020-02-30-bad-date.md").reason


class TestHugo:
    @pytest.fixture(autouse=True)
    def _brought(self) -> None:
        self.report = bring("markdown", FIXTURES / "hugo")

    def test_bundles_sections_and_pages_come(self) -> None:
        assert {(post.slug, post.kind) for post in Post.objects.all()} == {
            ("about", "page"),
            ("the-dated", "post"),
            ("expired", "post"),
            ("bundle", "post"),
            ("other", "post"),
            ("other-ar", "post"),
        }
        assert outcomes(self.report)["created"] == 15

    def test_a_bundle_brings_the_pictures_beside_it(self) -> None:
        post = post_of("content/posts/bundle/index.md")

        assert "![Inside](/media/images/" in post.body
        assert '"A \\"figure\\"")' in post.body
        assert post.cover is not None
        assert (post.cover.alt_text, post.cover.caption) == ("The cover", "By us")
        assert (post.summary, post.seo_description) == ("In short.", "What it is.")

    def test_shortcodes_become_what_they_showed(self) -> None:
        body = post_of("content/posts/bundle/index.md").body

        assert "[the other](/posts/other/) and [relative](/posts/other/)" in body
        assert "<https://youtu.be/dQw4>" in body
        assert "{{< notice tip >}}Careful{{< /notice >}}" in body
        assert "Not taken over: the shortcode “notice”." in (
            line_of(self.report, "content/posts/bundle/index.md").notes
        )

    def test_a_translation_is_joined_with_its_original(self) -> None:
        translated = post_of("content/posts/other.ar.md")

        assert translated.language == "ar"
        assert translated.translation_of == post_of("content/posts/other.md")
        assert translated.get_absolute_url() == "/ar/posts/other-ar/"

    def test_old_addresses_and_aliases_lead_here(self) -> None:
        assert Redirect.objects.get(path="/old-bundle/").post == post_of(
            "content/posts/bundle/index.md"
        )
        assert Redirect.objects.get(path="/posts/bundle/beside").post.slug == "bundle"
        assert Redirect.objects.get(path="/2190/01/the-dated/").post.slug == "the-dated"
        # It is the same here.
        assert not Redirect.objects.filter(path="/posts/other/").exists()

    def test_what_is_gone_or_to_come_says_so(self) -> None:
        assert "It had expired." in line_of(self.report, "content/news/expired.md").reason
        assert (
            "was to appear on 1 January 2190"
            in line_of(self.report, "content/blog/dated.md").reason
        )

    def test_a_picture_that_is_not_there_links_to_the_old_address(self) -> None:
        body = post_of("content/posts/other.md").body

        assert "![root](/media/images/" in body
        assert "![gone](https://hugo.example/posts/other/missing.png)" in body


def test_a_plain_folder_needs_no_front_matter(tmp_path: Path) -> None:
    _page(
        tmp_path, "first-thoughts.md", "# First thoughts\n\nText with <b>HTML</b> and `<code>`.\n"
    )
    _page(tmp_path, "2019-05-10-dated.md", "Only text, and [first](first-thoughts.md).\n")

    bring("markdown", tmp_path)

    first, dated = post_of("first-thoughts.md"), post_of("2019-05-10-dated.md")
    assert (first.title, first.body) == ("First thoughts", "Text with **HTML** and `<code>`.")
    assert (dated.title, dated.slug) == ("Dated", "dated")
    assert dated.body == "Only text, and [first](/posts/first-thoughts/)."


def test_names_that_look_alike_stay_apart(tmp_path: Path) -> None:
    for number, name in enumerate(["C", "C++", "C#", "c", "Café", "cafe"]):
        _page(tmp_path, f"{number}.md", f"---\ntitle: T{number}\ntags: ['{name}']\n---\nx\n")

    bring("markdown", tmp_path)

    assert dict(Tag.objects.values_list("name", "slug")) == {
        "C": "c",
        "C++": "c-plus-plus",
        "C#": "c-sharp",
        "Café": "cafe",
        "cafe": "cafe-2",
    }


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("---\ntitle: A\n---\n", {"title": "A"}),
        ("+++\ntitle = 'A'\n+++\n", {"title": "A"}),
        ('{"title": "A"}\n', {"title": "A"}),
        ("\ufeff---\r\nTitle: A\r\n---\r\n", {"title": "A"}),
    ],
)
def test_front_matter_is_read_in_three_languages(head: str, expected: dict[str, str]) -> None:
    document = front_matter.split(f"{head}\nBody\n")

    assert (document.facts, document.body) == (expected, "Body")


@pytest.mark.parametrize(
    "head",
    [
        "a: &x [1, 2]\nb: [" + "*x, " * 11 + "*x]",
        "a: !!python/object/apply:os.system [id]",
        "title: " + "x" * 100_001,
        "[" * 5000,
        "a: 2020-99-99",
        "- no\n- names",
    ],
)
def test_front_matter_that_attacks_or_is_none_is_refused(head: str) -> None:
    with pytest.raises(FrontMatterInvalid):
        front_matter.split(f"---\n{head}\n---\nBody")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2019-05-10", datetime(2019, 5, 10, tzinfo=UTC)),
        ("2019-05-10 12:00:00 +0200", datetime(2019, 5, 10, 10, tzinfo=UTC)),
        ("2019-05-10T12:00:00Z", datetime(2019, 5, 10, 12, tzinfo=UTC)),
        ("yesterday", None),
        (12, None),
        (None, None),
    ],
)
def test_a_date_is_understood(value: object, expected: datetime | None) -> None:
    assert front_matter.instant(value) == expected


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatRefused, match=r"no Markdown files"):
        bring("markdown", tmp_path)


def test_a_damaged_configuration_is_refused(tmp_path: Path) -> None:
    _page(tmp_path, "_config.yml", "title: [")
    _page(tmp_path, "_posts/2019-05-10-x.md", "---\ntitle: X\n---\nx\n")

    with pytest.raises(FormatRefused, match="configuration of the site"):
        bring("markdown", tmp_path)
