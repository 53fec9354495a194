"""Reading pages of many kinds: the article is there, the furniture is not."""

# ruff: noqa: E501  markup is easier to check on one line

import contextlib
import re
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.sources import Unreadable, articles, text
from tests.web_fixtures import pages
from tests.web_fixtures.stories import (
    BAKERY,
    CHANGELOG,
    HEAT_PUMPS,
    INJECTION,
    LIGHTHOUSE,
    NIGHT_TRAMS,
    SEED_LIBRARY,
    STORIES,
)
from tests.web_server import PAGES

BASE = "https://publisher.example"
PARAGRAPH = (
    "The council of Lower Brink approved the new footbridge on Tuesday after two hours of debate."
)
SECOND = "Work begins in April 2027 and will close the towpath for eleven weeks, the engineer said."
THIRD = "The bridge costs 2.4 million crowns and replaces one that was washed away by the flood."
PROSE = f"<p>{PARAGRAPH}</p><p>{SECOND}</p><p>{THIRD}</p>"


def read(
    document: str | bytes, content_type: str = "text/html", charset: str = ""
) -> articles.Article:
    body = document.encode() if isinstance(document, str) else document
    return articles.extract(body, content_type=content_type, charset=charset, url=f"{BASE}/a/page")


def served(path: str) -> articles.Article:
    content_type, make = PAGES[path]
    kind, _, charset = (content_type or "").partition("; charset=")
    return articles.extract(make(BASE), content_type=kind, charset=charset.lower(), url=BASE + path)


class TestPublishers:
    @pytest.mark.parametrize("story", STORIES, ids=lambda story: story.path)
    def test_the_facts_survive_and_the_furniture_does_not(self, story):
        article = served(story.path)

        assert [fact for fact in story.facts if fact not in article.text] == []
        assert [word for word in story.antifacts if word in article.text] == []

    @pytest.mark.parametrize("story", STORIES, ids=lambda story: story.path)
    def test_each_fact_is_a_sentence_of_its_own(self, story):
        found = text.sentences(served(story.path).text)

        assert [fact for fact in story.facts if fact not in found] == []

    @pytest.mark.parametrize("path", [path for path in PAGES if path.startswith("/encodings/")])
    def test_every_encoding_gives_the_same_text(self, path):
        article = served(path)

        assert article.text == served("/encodings/utf8-declared.html").text
        assert article.title == BAKERY.title
        assert article.byline == BAKERY.byline
        assert all(fact in article.text for fact in BAKERY.facts)

    def test_the_newspaper_is_as_large_as_real_ones(self):
        assert len(pages.night_trams()) > 50_000

    def test_a_page_says_who_wrote_it_and_when(self):
        article = served(NIGHT_TRAMS.path)

        assert article.title == NIGHT_TRAMS.title
        assert article.byline == NIGHT_TRAMS.byline
        assert article.published_at == datetime(2026, 3, 14, 5, 30, tzinfo=UTC)
        assert article.canonical_url == BASE + NIGHT_TRAMS.path
        assert article.language == "en"
        assert served(HEAT_PUMPS.path).published_at == datetime(2026, 1, 22, tzinfo=UTC)

    def test_a_changelog_keeps_its_headings_and_items(self):
        lines = served(CHANGELOG.path).text.split("\n")

        assert lines[0] == "Kiln release notes"
        assert "4.2.0" in lines
        assert "- Fixed a crash when a symbolic link pointed at itself." in lines

    def test_plain_text_is_joined_where_it_was_broken_to_fit(self):
        article = served(LIGHTHOUSE.path)

        assert "rowed out twice in one night and brought back eleven people." in article.text
        assert "\n* 1904: first telephone line\n" in article.text
        assert article.title == "NOTES FROM THE SKERROW LIGHTHOUSE ARCHIVE"

    def test_markdown_reads_without_its_marks(self):
        article = served(SEED_LIBRARY.path)

        assert article.title == SEED_LIBRARY.title
        assert "Bean | 402" in article.text
        assert "layout: page" not in article.text
        assert "**" not in article.text


class TestHiddenText:
    def test_instructions_to_a_machine_are_not_read(self):
        article = served(INJECTION.path)

        assert "CANARY" not in article.text
        assert "evil.example" not in article.text
        assert not re.search("[\u200b\U000e0000-\U000e007f]", article.text)

    @pytest.mark.parametrize(
        "hiding",
        [
            "<div style='DISPLAY : NONE !important'>{}</div>",
            "<div hidden=''>{}</div>",
            "<div hidden=until-found>{}</div>",
            "<div aria-hidden='TRUE'>{}</div>",
            "<dialog>{}</dialog>",
            "<p style='visibility:hidden'>{}</p>",
            "<p style='opacity:0.0'>{}</p>",
            "<p style='font-size:0px'>{}</p>",
            "<p style='text-indent:-9999em'>{}</p>",
            "<p style='color:transparent'>{}</p>",
            "<p style='color:#FFFFFF; background-color:white'>{}</p>",
            "<p style='max-height:0;overflow:hidden'>{}</p>",
            "<p class='foo visually-hidden'>{}</p>",
            "<p class='gone'>{}</p>",
            "<select><option>{}</option></select>",
            "<svg><text>{}</text></svg>",
            "<iframe srcdoc='{}'>{}</iframe>",
            "<!-- {} -->",
            "<!--[if IE]>{}<![endif]-->",
            "<script type='text/template'>{}</script>",
            "<?php {} ?>",
        ],
    )
    def test_in_any_form_is_left_out(self, hiding):
        style = "<style>/* x */ .other{color:red} a, .gone { display:none }</style>"
        article = read(f"{style}<main><h1>T</h1>{PROSE}{hiding.replace('{}', 'CANARY')}</main>")

        assert "CANARY" not in article.text
        assert PARAGRAPH in article.text
        assert THIRD in article.text

    @pytest.mark.parametrize(
        "shown",
        [
            "<div style='opacity:0;transform:translateY(20px)'>{}</div>",
            "<div style='opacity: .95'>{}</div>",
            "<div style='line-height:0.9;min-width:0'>{}</div>",
            "<div class='hidden md:block'>{}</div>",
            "<div aria-hidden='false'>{}</div>",
            "<div style='background:#123;color:#fff'>{}</div>",
            "<section style='background:#000'><div style='color:white'>{}</div></section>",
            "<div class='printed'>{}</div>",
            "<details><summary>More</summary>{}</details>",
            "<dialog open>{}</dialog>",
            "<form>{}</form>",
        ],
    )
    def test_that_a_visitor_does_see_is_kept(self, shown):
        style = "<style>@media print{ .printed{display:none} } .wide .printed{display:none}</style>"
        article = read(f"{style}<h1>T</h1>{shown.replace('{}', PROSE)}")

        assert all(sentence in article.text for sentence in (PARAGRAPH, SECOND, THIRD))


class TestShapesOfPages:
    @pytest.mark.parametrize(
        "document",
        [
            f"<main>{PROSE}</main>",
            f"<article>{PROSE}</article>",
            f"<div>{PROSE}</div>",
            PROSE,
            f"<BODY><P>{PARAGRAPH}<P>{SECOND}<P>{THIRD}</BODY>",
            f"<body>{PARAGRAPH}<br><br>{SECOND}<br/>{THIRD}</body>",
            f"<ul><li>{PARAGRAPH}</li><li>{SECOND}</li><li>{THIRD}</li></ul>",
            f"<dl><dt>One</dt><dd>{PARAGRAPH}</dd><dt>Two</dt><dd>{SECOND}</dd><dd>{THIRD}</dd></dl>",
            f"<blockquote>{PROSE}</blockquote>",
            f"<table><tr><td>{PROSE}</td></tr></table>",
            f"<pre>{PARAGRAPH}\n{SECOND}\n{THIRD}</pre>",
            f"<form id='aspnetForm'>{PROSE}</form>",
            f"<section><header><h2>H</h2></header>{PROSE}</section>",
            f"<?xml version='1.0' encoding='utf-8'?>\n<!DOCTYPE html><html xmlns='http://www.w3.org/1999/xhtml'><body>{PROSE}</body></html>",
            f"<html amp><head><style amp-boilerplate>body{{visibility:hidden}}</style></head><body><amp-sidebar>Menu</amp-sidebar><article>{PROSE}</article></body></html>",
            f"<body class='newsletter-open has-sidebar comments-open'><div class='related-posts-enabled'><article class='post'>{PROSE}</article></div></body>",
            f"<div class='content-with-sidebar'>{PROSE}</div>",
            f"<article>{PROSE}</article><article>Another teaser</article><article>A third</article>",
            f"<title>T</title><section><p>{PARAGRAPH}</p><p>{SECOND}</p></section><p>{THIRD}</p>",
            f"<p>Unclosed <b>bold<p>{PARAGRAPH}<div><span>{SECOND}</div>{THIRD}</p></b>",
        ],
    )
    def test_are_all_read(self, document):
        article = read(document)
        words = " ".join(article.text.split())

        assert all(sentence in words for sentence in (PARAGRAPH, SECOND, THIRD))

    def test_a_short_page_is_enough(self):
        assert read("<p>It rained for nine days.</p>").text == "It rained for nine days."

    def test_inline_markup_leaves_no_gaps_and_no_glue(self):
        article = read(
            f"<main><p>One<b>two</b> <a href='/x'>three</a>.<br>Four</p><p>Five</p>{PROSE}</main>"
        )

        assert article.text.startswith("Onetwo three.\n")
        assert "FourFive" not in article.text

    def test_a_table_of_data_reads_row_by_row(self):
        rows = "".join(f"<tr><td>Bean {n}</td><td>{n}00 g</td></tr>" for n in range(1, 5))
        article = read(
            f"<main><h1>Harvest</h1>{PROSE}<table><tr><th>Crop</th><th>Yield</th></tr>{rows}</table></main>"
        )

        assert "Bean 3 | 300 g" in article.text

    @pytest.mark.parametrize(
        "document",
        [
            "",
            " ",
            "<html></html>",
            "<!-- only a comment -->",
            "<script>var a = 1;</script>",
            "<div id=root></div><noscript>Please enable JavaScript.</noscript>",
            "<img src=x>",
            "<p>…</p>",
            "\x00\x00",
        ],
    )
    def test_without_text_are_refused_in_words(self, document):
        with pytest.raises(articles.NothingReadable) as refused:
            read(document)

        assert "note" in str(refused.value) or "source" in str(refused.value)

    def test_that_need_scripts_are_refused(self):
        with pytest.raises(articles.NothingReadable, match="built by scripts"):
            served("/articles/app.html")

    def test_a_menu_without_a_name_is_known_by_its_links(self):
        links = "".join(
            f"<div><a href='/{n}'>Section number {n} of this portal</a></div>" for n in range(60)
        )
        article = read(
            f"<body><div>{links}</div><div><b>T</b>{PROSE}</div><div>{links}</div></body>"
        )

        assert "Section number" not in article.text
        assert PARAGRAPH in article.text

    def test_a_page_of_links_only_is_read_as_it_is(self):
        article = read(
            "<ul>"
            + "".join(f"<li><a href='/{n}'>Released version 1.{n}</a></li>" for n in range(40))
            + "</ul>"
        )

        assert "Released version 1.39" in article.text

    def test_a_comment_in_code_is_part_of_the_code(self):
        article = read(
            f"<main>{PROSE}<pre><code>a = 1 <span class='hljs-comment'># once</span></code></pre></main>"
        )

        assert "a = 1 # once" in article.text

    def test_a_hidden_heading_is_no_title(self):
        assert read(f"<title>Seen</title><h1 hidden>CANARY</h1>{PROSE}").title == "Seen"

    def test_signs_for_linking_to_a_heading_are_left_out(self):
        article = read(f"<main><h1>Top</h1><h2>Part <a href='#part'>¶</a></h2>{PROSE}</main>")

        assert "¶" not in article.text

    def test_json_is_no_article(self):
        with pytest.raises(articles.NothingReadable, match="data for programs"):
            read('{"a": 1}', content_type="application/json")

    def test_a_page_served_as_plain_text_is_read_as_a_page(self):
        article = read(
            f"<!DOCTYPE html><html><body>{PROSE}</body></html>", content_type="text/plain"
        )

        assert "<p>" not in article.text

    def test_markup_in_plain_text_stays_text(self):
        assert (
            read("Use the <main> element.", content_type="text/plain").text
            == "Use the <main> element."
        )

    def test_a_text_without_declared_type_is_read_as_text(self):
        assert read("One line\nAnd another", content_type="").text == "One line\nAnd another"


class TestMetadata:
    @pytest.mark.parametrize(
        ("head", "title"),
        [
            ("<title>Plain title</title>", "Plain title"),
            (
                "<meta property='og:title' content='Open title'><title>T | Site</title>",
                "Open title",
            ),
            ("<script type='application/ld+json'>{bad json</script><title>T</title>", "T"),
            (
                '<script type=\'application/ld+json\'>[{"@type":"NewsArticle","headline":"From &amp; JSON"}]</script>',
                "From &amp; JSON",
            ),
            ("<title>\n  Two\n lines </title>", "Two lines"),
        ],
    )
    def test_a_title_is_found(self, head, title):
        assert read(f"<head>{head}</head><body>{PROSE}</body>").title == title

    @pytest.mark.parametrize(
        ("head", "byline"),
        [
            ("<meta name=author content='Ada Bok'>", "Ada Bok"),
            ("<meta property='article:author' content='https://social.example/ada'>", ""),
            (
                '<script type="application/ld+json">{"@type":"Article","author":["A","B"]}</script>',
                "A, B",
            ),
            (
                '<script type="application/ld+json">{"@type":"Article","author":'
                + "[" * 900
                + "]" * 900
                + "}</script>",
                "",
            ),
            (
                '<script type="application/ld+json">{"@type":"Article","author":{"name":7}}</script>',
                "",
            ),
        ],
    )
    def test_a_byline_is_a_name(self, head, byline):
        assert read(f"{head}{PROSE}").byline == byline

    @pytest.mark.parametrize("date", ["yesterday", "", "0001-01-01", "99999-01-01", "2026-13-40"])
    def test_a_date_that_is_none_is_left_out(self, date):
        assert read(f"<meta name=date content='{date}'>{PROSE}").published_at is None

    @pytest.mark.parametrize(
        ("link", "canonical"),
        [
            ("/b", f"{BASE}/b"),
            ("https://other.example/x", "https://other.example/x"),
            ("javascript:alert(1)", f"{BASE}/a/page"),
            ("http://[", f"{BASE}/a/page"),
            ("", f"{BASE}/a/page"),
        ],
    )
    def test_a_canonical_address_is_a_web_address(self, link, canonical):
        assert read(f"<link rel=canonical href='{link}'>{PROSE}").canonical_url == canonical


MARKUP = st.lists(
    st.sampled_from(
        ["<p>", "</p>", "<div hidden>", "</div>", "<table>", "<tr>", "<td>", "<h1>", "<li>", "<br>",
         "<!--", "-->", "<script>", "</script>", "<style>.a{", "}", "<a href='", "'>", "&amp;", "&#0;",
         "&#xD800;", "&", "<", "<![CDATA[", "]]>", "<?xml version='1.0' encoding='x'?>", "<meta charset=",
         "<html lang=1>", "<title>", "<article>", "<main>", "<nav>", "text ", "A sentence. ", "\x00", "é",
         '<script type="application/ld+json">{"@graph":[', "<time datetime='", "<link rel=canonical href="]
    )
    | st.text(max_size=20),
    max_size=40,
).map("".join)  # fmt: skip


class TestAnything:
    @settings(deadline=None, max_examples=200)
    @given(MARKUP, st.sampled_from(["text/html", "text/plain", "text/markdown", "text/xml", ""]))
    def test_gives_clean_text_or_a_refusal(self, document, content_type):
        with contextlib.suppress(Unreadable):
            article = read(document.encode("utf-8", "surrogatepass"), content_type)

            assert article.text
            assert text.clean(article.text) == article.text

    @settings(deadline=None)
    @given(st.binary(max_size=500), st.text(max_size=10))
    def test_bytes_of_any_kind_do_too(self, body, charset):
        with contextlib.suppress(Unreadable):
            assert read(body, charset=charset).text

    @pytest.mark.parametrize(
        "hostile",
        [
            "<div>" * 100_000 + "deep",
            "<b hidden></b>x" * 60_000,
            "<div class=ad>" * 240 + PROSE * 300,
            "<style>" + "@a{x{}" * 100_000 + "</style>" + PROSE,
            "<style>" + "/*" * 300_000 + "</style>" + PROSE,
            "<table><tr><td>" * 80 + PROSE * 300,
            "<p>" + "word <br>" * 60_000,
            "<" * 1_000_000,
            "<script type='application/ld+json'>" + "[" * 200_000 + "</script>" + PROSE,
            "lorem\n" * 800_000,
            " lorem" * 400_000 + "\n" + "ipsum\n" * 400_000,
        ],
        ids=[
            "deep",
            "hidden",
            "adverts",
            "rules",
            "comments",
            "tables",
            "breaks",
            "less-than",
            "json",
            "short lines",
            "a long line and short ones",
        ],
    )
    def test_hostile_pages_cost_little_time(self, hostile):
        # The time of this thread alone, with room for a machine that shares its processors: what
        # this is about takes minutes.
        start = time.thread_time()
        with contextlib.suppress(Unreadable):
            read(hostile, content_type="text/html" if "<" in hostile else "text/plain")

        assert time.thread_time() - start < 15
