"""One function makes HTML of text; nobody's text may make anything else of it."""

import hashlib
import os
import subprocess
import sys
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blog import rendering
from blog.rendering import render_markdown
from tests.blog import hostile_texts, strategies
from tests.blog.html_audit import audit


class TestHostileText:
    def test_it_becomes_nothing_that_a_browser_runs_or_loads(self):
        findings = {text: audit(render_markdown(text)) for text in hostile_texts.ALL}

        assert {text: found for text, found in findings.items() if found} == {}

    def test_the_second_wall_alone_holds_it_too(self):
        # It marks no links, and sees only what can be stored.
        findings = {
            text: [found for found in audit(_second_wall(text)) if "without rel" not in found]
            for text in hostile_texts.ALL
        }

        assert {text: found for text, found in findings.items() if found} == {}

    @pytest.mark.parametrize(
        "bad",
        [
            "<script>x</script>",
            "<p onclick=x>",
            "<p x-init=x>",
            "<p style=x>",
            "<p id=document>",
            "<p title=x>",
            "<div class=modal>",
            "<span class=hl-other>",
            "<a href='javascript:x'>",
            "<a href='java&#10;script:x'>",
            "<a href='tel:1'>",
            "<a href='https://evil.example/'>",
            "<a href='/\\evil.example/'>",
            "<a href=/x target=_blank>",
            "<img src='https://evil.example/x'>",
            "<img src='http://127.0.0.1:8000.evil.example/x'>",
            "<!-- x -->",
        ],
    )
    def test_the_audit_itself_finds_what_it_should(self, bad):
        assert audit(bad)

    @given(st.lists(st.sampled_from(hostile_texts.PIECES) | st.text(max_size=8), max_size=25))
    @settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
    def test_whatever_is_put_together_of_dangerous_pieces_stays_harmless(self, pieces):
        _assert_harmless("".join(pieces))

    @given(strategies.mutated(strategies.DOCUMENTS))
    @settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
    def test_constructs_within_constructs_stay_harmless(self, text):
        _assert_harmless(text)

    @given(st.text(max_size=400))
    @settings(max_examples=200)
    def test_any_text_can_be_rendered(self, text):
        _assert_harmless(text)

    @given(strategies.mutated(strategies.MARKUP))
    @settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
    def test_spoilt_markup_does_not_pass_the_second_wall(self, markup):
        html = _second_wall(markup)

        for reading in (html, rendering.sanitise(html)):
            assert [found for found in audit(reading) if "without rel" not in found] == []

    def test_raw_html_is_shown_as_it_was_written(self):
        assert render_markdown("<b onclick=x>hi</b>") == (
            "<p>&lt;b onclick=x&gt;hi&lt;/b&gt;</p>\n"
        )


class TestDeterminism:
    def test_the_same_text_gives_the_same_html_in_every_process(self):
        # An approval signs what is rendered, and another process compares it.
        texts = hostile_texts.ALL[::200]
        script = (
            "import django, hashlib; django.setup()\n"
            "from blog.rendering import render_markdown\n"
            "from tests.blog import hostile_texts\n"
            "html = ''.join(map(render_markdown, hostile_texts.ALL[::200]))\n"
            "print(hashlib.sha256(html.encode()).hexdigest())"
        )
        environment = os.environ | {"PYTHONHASHSEED": "7"}
        done = subprocess.run(
            [sys.executable, "-c", script], env=environment, capture_output=True, text=True
        )
        html = "".join(map(render_markdown, texts))

        assert done.stdout.strip() == hashlib.sha256(html.encode()).hexdigest(), done.stderr


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


def _second_wall(text: str) -> str:
    return rendering.sanitise(rendering.storable(text))


def _assert_harmless(text: str) -> None:
    html = render_markdown(text)

    assert audit(html) == []
    assert rendering.sanitise(html) == html
    assert rendering.storable(html) == html
    assert render_markdown(text) == html


class TestMarkdown:
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
