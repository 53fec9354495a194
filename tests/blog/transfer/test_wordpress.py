"""A WordPress export, with the oddities that real ones have."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from blog.models import Author, Category, Image, Post, Redirect, Tag
from blog.transfer.reading import FormatRefused
from blog.transfer.wordpress.bodies import add_paragraphs
from tests.blog.transfer.moving import FIXTURES, bring, line_of, outcomes, picture, post_of
from tests.wxr import wxr, wxr_item

pytestmark = pytest.mark.django_db
FILE = FIXTURES / "wordpress.xml"


@pytest.fixture
def uploads(tmp_path: Path) -> Path:
    """A copy of the old blog's folder of pictures; one of them is missing."""
    picture(tmp_path / "uploads/2019/05/burr.jpg", "red")
    picture(tmp_path / "uploads/2019/05/cover-shot-scaled.jpg", "blue")
    return tmp_path / "uploads"


def _bring(uploads: Path, **options: object) -> object:
    from blog.transfer import package

    with package.opened(uploads) as media:
        return bring("wordpress", FILE, media=media, **options)


class TestWholeBlog:
    @pytest.fixture(autouse=True)
    def _brought(self, uploads: Path) -> None:
        self.report = _bring(uploads)

    def test_everything_readable_comes_and_the_rest_is_reported(self) -> None:
        assert outcomes(self.report) == {"created": 15, "failed": 2}
        assert line_of(self.report, "wordpress.xml, item 4").reason.startswith("It has no id")
        assert self.report.left_behind == {
            "comments": 2,
            "custom fields": 1,
            "files that are no pictures": 1,
            "items that were no proper XML, and mended": 1,
            "menu items": 1,
            "posts in the trash or never saved": 1,
            "sticky marks": 1,
        }

    def test_a_post_has_its_title_shelf_subjects_and_words(self) -> None:
        post = post_of("12")

        assert post.title == "The burr – when to stop"
        assert (post.slug, post.kind, post.status) == ("the-burr", "post", "draft")
        # The primary category of the plugin wins over the first; the other one is a tag.
        assert post.category == Category.objects.get(slug="sharpening")
        assert {tag.name for tag in post.tags.all()} == {"Knives", "سكاكين", "Tools & Jigs"}
        assert post.seo_description == "How to tell a sharp edge."
        assert post.seo_title == ""
        assert post.summary.startswith("Ask why a knife stays dull.")
        assert line_of(self.report, "12").reason == (
            "It was published on 10 May 2019; here it is a draft."
        )
        assert line_of(self.report, "12").notes == ("Not taken over: the block “latest-posts”.",)

    def test_links_lead_to_the_new_addresses_or_stay(self) -> None:
        body = post_of("12").body

        assert "[strops](/posts/strops/#leather)" in body
        assert "[about](/about/)" in body
        assert "[the chair](/posts/chair/)" in body
        assert "[elsewhere](https://elsewhere.example/x)" in body
        assert "[The plan](https://www.oldbench.example/wp-content/uploads/2017/plan.pdf)" in (
            post_of("14").body
        )

    def test_pictures_come_once_from_whichever_size_the_text_shows(self) -> None:
        burr = Image.objects.get(alt_text="A bent edge under a lens")

        assert f'![A bent edge under a lens]({burr.file.url} "A burr, magnified")' in (
            post_of("12").body
        )
        assert f"![A bent edge under a lens]({burr.file.url})" in post_of("14").body
        assert (burr.credit, burr.created_at) == (
            "Ann Smith!",
            datetime(2019, 5, 10, 8, tzinfo=UTC),
        )
        assert Image.objects.count() == 2

    def test_a_picture_nobody_described_is_listed_and_no_words_are_invented(self) -> None:
        cover = post_of("12").cover

        assert cover is not None
        assert (cover.alt_text, cover.is_decorative) == ("", True)
        assert self.report.needs_alt_text == ["/wp-content/uploads/2019/05/cover-shot-scaled.jpg"]

    def test_a_picture_that_is_missing_stays_a_link(self) -> None:
        line = line_of(self.report, "/wp-content/uploads/2017/03/chair.png", "image")

        assert line.outcome == "failed"
        assert "https://www.oldbench.example/wp-content/uploads/2017/03/chair.png" in (
            post_of("14").body
        )
        assert "Pictures left as links to where they were: 1." in line_of(self.report, "14").notes

    def test_code_footnotes_and_players_survive(self) -> None:
        body = post_of("12").body

        assert '```python\nfor stone in stones:\n    print("]]>", stone < 3)\n```' in body
        assert "Noted.[^1]" in body
        assert "[^1]: Many cooks **prefer** the coarser edge." in body
        assert "https://youtu.be/abc123" in body
        assert "wp:" not in body

    def test_old_content_gets_its_paragraphs(self) -> None:
        body = post_of("14").body

        assert "Old content has bare lines\\\nand breaks." in body
        assert "## Steps\n\n- Glue\n- Clamp" in body
        assert "```\ntwo\n\nlines\n```" in body
        assert '[contact-form-7 id="99" title="Contact"]' in body
        assert '.png "The chair, repaired")' in body

    def test_old_addresses_lead_to_the_post(self) -> None:
        post = post_of("12")
        paths = set(Redirect.objects.filter(post=post).values_list("path", flat=True))

        assert paths == {"/2019/05/the-burr/", "/2019/05/the-bur/", "/?p=12"}
        assert Redirect.objects.get(path="/category/sharpening/").category == post.category
        assert Redirect.objects.get(path="/author/admin/").author == post.author
        assert Redirect.objects.get(path="/tag/سكاكين/").tag == Tag.objects.get(name="سكاكين")
        assert Redirect.objects.get(path="/feed/").target == "/feed.rss"
        assert not Redirect.objects.filter(path="/about/").exists()
        assert self.report.redirects == Redirect.objects.count()

    def test_a_page_is_a_page_and_a_byline_only_a_name(self) -> None:
        assert post_of("2").kind == Post.Kind.PAGE
        author = Author.objects.get(slug="jane-oneil")
        assert (author.name, author.user) == ("Jane O'Neil", None)

    def test_what_was_protected_or_has_no_byline_says_so(self) -> None:
        line = line_of(self.report, "15")

        assert "protected by a password" in line.reason
        assert line.notes == ("It had no byline; it stands under “The Old Bench & Co”.",)

    def test_a_draft_with_stray_ampersands_and_controls_is_mended(self) -> None:
        post = post_of("17")

        assert (post.title, post.body) == ("Bell & whistles ©", "A control character.")


def test_a_trial_keeps_nothing_and_says_the_same(uploads: Path) -> None:
    trial = _bring(uploads, apply=False)

    assert not Post.objects.exists()
    assert not Image.objects.exists()
    assert not Author.objects.exists()
    assert not Redirect.objects.exists()
    assert outcomes(trial) == outcomes(_bring(uploads))


def test_several_files_are_one_blog(tmp_path: Path) -> None:
    head = (
        "<wp:tag><wp:term_id>1</wp:term_id><wp:tag_slug>a</wp:tag_slug>"
        "<wp:tag_name>A</wp:tag_name></wp:tag>"
    )
    link = '<p><a href="https://old.example/2019/post-2/">two</a></p>'
    (tmp_path / "old.000.xml").write_text(wxr(wxr_item(1, content=link), head=head))
    (tmp_path / "old.001.xml").write_text(wxr(wxr_item(2), head=head))

    report = bring("wordpress", tmp_path)

    assert outcomes(report, "post", "tag") == {"created": 3}
    assert post_of("1").body == "[two](/posts/post-2/)"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("[caption]no picture[/caption]", "\\[caption]no picture\\[/caption]"),
        ('[video mp4="https://v.example/a.mp4"][/video]', "<https://v.example/a.mp4>"),
        ("[embed]https://youtu.be/x[/embed]", "<https://youtu.be/x>"),
        ("[[gallery]]", "[gallery]"),
        ("See [1] and [sic].", "See [1] and [sic]."),
        ('[code lang="php"]&lt;?php a();[/code]', "```php\n<?php a();\n```"),
        ("A<!--nextpage-->B", "A\n\nB"),
        (
            '<img src="data:image/gif;base64,R0" data-src="https://x.example/a.jpg">',
            "![](https://x.example/a.jpg)",
        ),
        ('<img src="https://i0.wp.com/x.example/a.jpg?w=3">', "![](https://x.example/a.jpg?w=3)"),
        ("<script>alert(1)</script>Words", "Words"),
    ],
)
def test_content_becomes_markdown(tmp_path: Path, content: str, expected: str) -> None:
    file = tmp_path / "old.xml"
    file.write_text(wxr(wxr_item(1, content=content)))

    bring("wordpress", file)

    assert post_of("1").body.replace("\\[", "[") == expected.replace("\\[", "[")


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("private", "It was private. It came as a draft."),
        ("future", "It was to appear on 10 May 2019; here it is a draft."),
        ("pending", ""),
        ("draft", ""),
    ],
)
def test_a_status_is_told(tmp_path: Path, status: str, reason: str) -> None:
    file = tmp_path / "old.xml"
    file.write_text(wxr(wxr_item(1, status=status)))

    report = bring("wordpress", file)

    assert line_of(report, "1").reason == reason
    assert post_of("1").status == Post.Status.DRAFT


def test_paragraphs_are_made_like_wordpress_makes_them() -> None:
    assert add_paragraphs("a\nb\n\n<div>c</div>\n\n\nd") == "<p>a<br>b</p>\n<div>c</div>\n<p>d</p>"


@pytest.mark.parametrize(
    "text", ["", "no xml", "<rss></rss>", "<html><body>An error</body></html>"]
)
def test_another_file_is_refused_with_the_way_to_the_right_one(tmp_path: Path, text: str) -> None:
    file = tmp_path / "old.xml"
    file.write_text(text)

    with pytest.raises(FormatRefused, match="Tools → Export"):
        bring("wordpress", file)
