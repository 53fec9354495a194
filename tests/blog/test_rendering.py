"""One function makes HTML of text; nobody's text may make anything else of it."""

import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blog import rendering
from blog.rendering import render_markdown
from tests.blog import hostile_texts

ALLOWED_SCHEME = re.compile(r"(https?://|mailto:|[^:/?#]*([/?#]|$))", re.IGNORECASE)


class _Audit(HTMLParser):
    """Collects whatever a browser could run, load or be misled by."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.findings: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in rendering._TAGS:
            self.findings.append(f"<{tag}>")
        for name, value in attrs:
            self._look_at(tag, name, value or "")

    def _look_at(self, tag: str, name: str, value: str) -> None:
        if name.startswith(("on", "x-", "@", ":", "data-", "hx-")) or name in ("style", "srcdoc"):
            self.findings.append(f"{tag} {name}")
        if name in ("href", "src") and not ALLOWED_SCHEME.match(value):
            self.findings.append(f"{tag} {name}={value}")
        if name == "src" and value.startswith(("http:", "https:", "//")):
            self.findings.append(f"{tag} loads {value}")
        if name == "id" and not re.fullmatch(r"h-[\w-]+|fn(ref)?[\d:]+", value):
            self.findings.append(f"{tag} id={value}")


def _audit(html: str) -> list[str]:
    return _Audit(html).findings


class TestHostileText:
    def test_it_becomes_nothing_that_a_browser_runs_or_loads(self):
        findings = {text: _audit(render_markdown(text)) for text in hostile_texts.ALL}

        assert {text: found for text, found in findings.items() if found} == {}

    def test_the_second_wall_alone_holds_it_too(self):
        findings = {text: _audit(rendering.sanitise(text)) for text in hostile_texts.ALL}

        assert {text: found for text, found in findings.items() if found} == {}

    def test_the_audit_itself_finds_what_it_should(self):
        for bad in (
            "<script>",
            "<p onclick=x>",
            "<p x-init=x>",
            '<a href="javascript:x">',
            '<img src="https://evil.example/x">',
            "<p id=document>",
            "<p style=x>",
        ):
            assert _audit(bad), bad

    @given(st.lists(st.sampled_from(hostile_texts.PIECES) | st.text(max_size=8), max_size=25))
    @settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    def test_whatever_is_put_together_of_dangerous_pieces_stays_harmless(self, pieces):
        html = render_markdown("".join(pieces))

        assert _audit(html) == []
        assert rendering.sanitise(html) == html

    @given(st.text(max_size=400))
    @settings(max_examples=200, deadline=None)
    def test_any_text_can_be_rendered_and_rendering_is_settled(self, text):
        html = render_markdown(text)

        assert rendering.sanitise(html) == html
        assert not rendering._UNSTORABLE.search(html)

    def test_raw_html_is_shown_as_it_was_written(self):
        assert render_markdown("<b onclick=x>hi</b>") == (
            "<p>&lt;b onclick=x&gt;hi&lt;/b&gt;</p>\n"
        )


class TestDenialOfService:
    @pytest.mark.parametrize("name", hostile_texts.EXHAUSTING)
    def test_a_text_made_to_exhaust_the_parser_is_done_in_a_moment(self, name):
        text = hostile_texts.EXHAUSTING[name]
        start = time.process_time()
        render_markdown(text)

        # Linear rules need at most a second for it, quadratic ones half a minute.
        assert time.process_time() - start < 6

    @pytest.mark.parametrize("text", ["'" * 3000, "http://a" * 300])
    def test_a_paragraph_made_to_exhaust_the_parser_is_shown_as_it_was_written(self, text):
        assert "".join(render_markdown(text).split()) == f"<p>{text}</p>"

    def test_a_text_that_is_too_long_is_refused_in_words(self):
        with pytest.raises(rendering.TextTooLong, match="200,001 characters"):
            render_markdown("x" * 200_001)


class TestLinks:
    def test_links_to_other_hosts_are_marked(self):
        for text in ("[a](https://example.com)", "https://example.com", "[a](//example.com)"):
            assert 'rel="nofollow noopener ugc"' in render_markdown(text), text

    def test_links_on_this_site_are_not(self, settings):
        own = settings.SITE_URL
        for text in ("[a](/posts/x/)", "[a](#h-x)", f"[a]({own}/x)", "[a](mailto:a@b.example)"):
            html = render_markdown(text)
            assert "<a href=" in html
            assert "rel=" not in html

    def test_file_names_do_not_become_links(self):
        assert "<a" not in render_markdown("See README.md and models.py, or example.com")

    def test_our_images_load_lazily(self):
        html = render_markdown('![A cat](/media/cat.png "Tom")')
        assert '<img src="/media/cat.png" alt="A cat" title="Tom" loading="lazy"' in html

    def test_foreign_images_become_links(self):
        html = render_markdown("![A *cat*](https://tracker.example/cat.png)")
        assert 'href="https://tracker.example/cat.png" rel="nofollow noopener ugc">A cat<' in html
        assert "<img" not in html

    def test_a_linked_foreign_image_leaves_its_words(self):
        html = render_markdown("[![cat](https://a.example/cat.png)](/cats/)")
        assert html == '<p><a href="/cats/">cat</a></p>\n'


class TestMarkdown:
    def test_the_page_keeps_its_first_heading(self):
        assert render_markdown("# One") == '<h2 id="h-one">One</h2>\n'

    def test_headings_of_the_same_words_get_different_ids(self):
        html = render_markdown("## A\n\n## A\n\n## A 2\n\n## !\n")
        assert re.findall('id="(.*?)"', html) == ["h-a", "h-a--2", "h-a-2", "h-section"]

    def test_headings_in_any_script_get_an_id(self):
        assert 'id="h-übersicht"' in render_markdown("## Übersicht")

    def test_tables_scroll_and_align_by_class(self):
        html = render_markdown("|a|b|\n|--:|:-:|\n|1|2|")
        assert html.startswith('<div class="table" tabindex="0"><table>')
        assert '<td class="align-right">1</td>' in html
        assert "style" not in html

    def test_tasks_are_labelled_boxes_that_nobody_can_tick(self):
        html = render_markdown("- [x] **done**\n- [ ] open\n- [y] neither")
        assert (
            '<input type="checkbox" checked="" disabled=""> <strong>done</strong></label>' in html
        )
        assert '<input type="checkbox" disabled=""> open</label>' in html
        assert "[y] neither" in html

    def test_footnotes_lead_there_and_back(self):
        html = render_markdown("One[^a] and again[^a].\n\n[^a]: The note.")
        assert '<a href="#fn1" id="fnref1">1</a>' in html
        assert '<li id="fn1" class="footnote-item">' in html
        assert 'href="#fnref1:1" class="footnote-backref" aria-label="Back to reference 1"' in html

    def test_code_keeps_its_language_and_its_characters(self):
        html = render_markdown('```py\nprint("<b>")\n```')
        assert html == (
            '<pre tabindex="0"><code class="language-py">print("&lt;b&gt;")\n</code></pre>\n'
        )

    def test_quotation_marks_are_set_as_a_printer_would(self):
        assert render_markdown('"It\'s"') == "<p>“It’s”</p>\n"

    def test_struck_words_and_bare_addresses(self):
        html = render_markdown("~~no~~ https://a.example/x")
        assert "<s>no</s>" in html
        assert '<a href="https://a.example/x"' in html


class TestExcerpt:
    def test_it_ends_at_a_word_with_an_ellipsis(self):
        html = render_markdown("Tom & Jerry — *friends* for a very long time indeed")
        assert rendering.excerpt(html, characters=24) == "Tom & Jerry — friends…"

    def test_a_short_text_is_left_whole_and_without_footnote_numbers(self):
        assert rendering.excerpt(render_markdown("Short.[^1]\n\n[^1]: x")).startswith("Short.")

    @given(st.text(max_size=600), st.integers(min_value=10, max_value=300))
    @settings(max_examples=100, deadline=None)
    def test_it_never_exceeds_its_length(self, text, characters):
        assert len(rendering.excerpt(render_markdown(text), characters=characters)) <= characters


class TestReadingTime:
    @pytest.mark.parametrize(
        ("text", "minutes"),
        [("", 1), ("word " * 230, 1), ("word " * 231, 2), ("word " * 2300, 10), ("語" * 1500, 3)],
    )
    def test_it_counts_words_and_ideographs(self, text, minutes):
        assert rendering.reading_minutes(text) == minutes


class TestContents:
    def test_it_lists_two_levels_of_headings_as_plain_words(self):
        html = render_markdown("# A *b* & c\n\n### D\n\n#### E")
        assert rendering.headings(html) == [
            rendering.Heading(2, "h-a-b-c", "A b & c"),
            rendering.Heading(3, "h-d", "D"),
        ]


class TestLinksForFeeds:
    def test_links_on_this_site_and_in_this_text_become_absolute(self):
        html = render_markdown('[a](/x) [b](#h-y) [c](//z.example/) ![d](/m.png)\n\n`href="/"`')
        made = rendering.absolute_links(html, site="https://b.example", page="https://b.example/p/")

        assert 'href="https://b.example/x"' in made
        assert 'href="https://b.example/p/#h-y"' in made
        assert 'href="//z.example/"' in made
        assert 'src="https://b.example/m.png"' in made
