"""Each content check finds what it is for, says how grave it is, and lets a clean text pass."""

import pytest

from blog import checks, rendering
from blog.checks import internal_links, title_length
from blog.models import Image, Post
from generation.models import StyleGuide
from tests import factories

pytestmark = pytest.mark.django_db

CLEAN = """A start with [a place below](#h-the-chain).

## The chain

It wears.[^1] See [elsewhere](https://example.org/) too.

### Its pins

They wear.

[^1]: A note.
"""


def examine(body: str = CLEAN, post: Post | None = None, **fields: object) -> dict[str, list]:
    """What was found by check, without what passed."""
    found: dict[str, list] = {}
    for finding in checks.examine(factories.make_draft(body=body, **fields), post=post):
        if finding.level != "pass":
            found.setdefault(finding.check, []).append(finding)
    return found


def only(found: dict[str, list], check: str):
    """The one finding there is, of the check that should have it."""
    assert list(found) == [check], found
    (finding,) = found[check]
    return finding


def picture(**fields: object) -> str:
    image: Image = factories.make_image(**fields)
    return image.file.url


def test_a_clean_text_passes_every_check_and_each_says_so():
    findings = checks.examine(factories.make_draft(body=CLEAN))

    assert {finding.check for finding in findings} == set(checks.assembled())
    assert {finding.level for finding in findings} == {"pass"}


def test_an_empty_text_breaks_no_check():
    assert examine("") == {}


def test_a_text_that_no_post_may_have_is_refused():
    with pytest.raises(rendering.TextTooLong):
        checks.examine(factories.make_draft(body="x" * (rendering.MAX_CHARACTERS + 1)))


class TestAlternativeText:
    def test_a_picture_without_blocks(self):
        src = picture(alt_text="A worn chain")

        finding = only(examine(f"![]({src})"), "alternative text")

        assert (finding.level, finding.where) == ("block", src)

    def test_blanks_are_no_description(self):
        assert "alternative text" in examine(f"![ &nbsp; ]({picture(alt_text='A chain')})")

    def test_a_described_and_a_decorative_one_pass(self):
        assert examine(f"![A chain]({picture(alt_text='A chain')})\n\n![]({picture()})") == {}

    def test_a_cover_needs_it_too(self):
        cover = factories.make_image()
        assert examine(cover=cover) == {}
        # No row can be like this; what comes from elsewhere can.
        cover.is_decorative = False

        assert only(examine(cover=cover), "alternative text").level == "block"


class TestHeadingOrder:
    @pytest.mark.parametrize(
        ("body", "where"),
        [
            ("## A\n\n#### Too deep\n", "Too deep"),
            ("### Begins too deep\n", "Begins too deep"),
            ("## A\n\n### B\n\n## C\n\n##### D\n", "D"),
        ],
    )
    def test_a_level_that_is_skipped_warns(self, body, where):
        finding = only(examine(body), "heading order")

        assert (finding.level, finding.where) == ("warn", where)

    def test_going_up_any_number_of_levels_is_fine(self):
        assert examine("# A\n\n### B\n\n#### C\n\n## D\n\n### E\n") == {}


class TestInternalLinks:
    def test_a_link_to_nothing_blocks(self, settings):
        for url in ("/posts/nothing/", f"{settings.SITE_URL}/posts/nothing/", "../nothing/"):
            finding = only(examine(f"See [there]({url})."), "internal links")
            assert (finding.level, finding.where) == ("block", f"there → {url}")

    def test_a_link_to_a_draft_or_a_scheduled_post_warns_with_a_sentence(self):
        factories.make_post(slug="draft", title="Half a draft")
        factories.make_post(slug="soon", approved=True)

        draft = only(examine("[a](/posts/draft/)"), "internal links")
        soon = only(examine("[a](/posts/soon/)"), "internal links")

        assert (draft.level, soon.level) == ("warn", "warn")
        assert "“Half a draft” is not published yet" in draft.message
        assert "appears on" in soon.message

    def test_pages_other_sites_mail_and_the_text_itself_are_fine(self):
        factories.make_post(slug="chains", live=True)
        body = (
            "[a](/posts/chains/) [b](/) [c](/feed.rss) [d](https://example.org/x) [e](#)"
            " [f](mailto:a@b.example) [g](/posts/me/) [h](/posts/me/#h-one) [i](#top)\n\n# One\n"
        )

        assert examine(body, slug="me") == {}

    def test_a_place_within_the_text_must_exist(self):
        body = "[a](#h-two) [b](/posts/me/#fn9)\n\n## One\n"

        found = examine(body, slug="me")["internal links"]

        assert [finding.where for finding in found] == ["a → #h-two", "b → /posts/me/#fn9"]
        assert {finding.level for finding in found} == {"block"}

    def test_a_place_in_letters_of_another_script_exists(self):
        assert examine("[a](#h-السلسلة)\n\n## السلسلة\n") == {}

    def test_a_picture_that_is_not_there_blocks(self):
        finding = only(examine("![A chain](/media/images/no.png)"), "internal links")

        assert (finding.level, finding.where) == ("block", "A chain → /media/images/no.png")

    def test_a_hostile_number_of_links_costs_a_bounded_number_of_looks(
        self, django_assert_max_num_queries
    ):
        body = " ".join(f"[a](/posts/p{number}/)" for number in range(3000))

        with django_assert_max_num_queries(14):
            found = examine(body)["internal links"]

        assert len(found) == internal_links.MOST_LINKS + 1
        assert found[-1].level == "warn"


class TestDescription:
    def test_neither_summary_nor_description_warns(self):
        assert only(examine(summary=" "), "description").level == "warn"

    def test_one_of_them_is_enough(self):
        assert examine(summary="", seo_description="What it says.") == {}


class TestTitleLength:
    def test_a_title_that_search_engines_cut_warns_and_says_where(self):
        finding = only(examine(title="x" * (title_length.SHOWN_CHARACTERS + 1)), "title length")

        assert finding.level == "warn"
        assert "61 characters; search engines show about 60" in finding.message

    def test_a_shorter_one_for_search_engines_is_enough(self):
        assert examine(title="x" * 90, seo_title="Short") == {}
        assert "title length" in examine(title="Short", seo_title="x" * 90)


class TestStyleGuide:
    def test_the_only_guide_holds_for_what_people_write(self):
        StyleGuide.objects.create(name="House", banned_phrases=["game changer"])

        found = examine("A fine text. This is a  *Game* changer, no?\n\n    game changer\n")

        finding = only(found, "banned phrases")
        assert (finding.level, finding.where) == ("warn", "This is a Game changer, no?")

    @pytest.mark.parametrize("field", ["title", "summary", "seo_title", "seo_description"])
    def test_it_holds_for_everything_that_readers_see(self, field):
        StyleGuide.objects.create(name="House", banned_phrases=["delve"])

        assert "banned phrases" in examine(**{field: "We delve"})

    def test_the_guide_of_the_plan_holds_for_what_its_run_wrote(self):
        StyleGuide.objects.create(name="Another", banned_phrases=["fine"])
        post = factories.make_post()
        run = factories.make_run(post=post, status="succeeded")
        run.brief.plan.style_guide.banned_phrases = ["chain"]
        run.brief.plan.style_guide.save()

        finding = only(examine("A fine chain.", post=post), "banned phrases")

        assert "“chain”" in finding.message

    def test_of_several_guides_none_is_guessed(self):
        for name in ("House", "Another"):
            StyleGuide.objects.create(name=name, banned_phrases=["fine"])

        assert examine("A fine chain.", post=factories.make_post()) == {}


def test_the_settings_say_which_checks_there_are(settings):
    settings.CONTENT_CHECKS = ["blog.checks.CHECKS"]
    StyleGuide.objects.create(name="House", banned_phrases=["fine"])

    assert examine("A fine chain.") == {}
