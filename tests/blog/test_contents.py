"""The table of contents has two levels, and only where it helps."""

from blog import contents
from blog.rendering import render_markdown


def _table(markdown: str) -> list[tuple[str, list[str]]]:
    sections = contents.of_text(render_markdown(markdown))
    return [(section.heading.text, [h.text for h in section.below]) for section in sections]


def test_lower_headings_stand_below_higher_ones():
    text = "## A\n\n### a1\n\n#### deep\n\n### a2\n\n## B"

    assert _table(text) == [("A", ["a1", "a2"]), ("B", [])]


def test_what_nothing_stands_above_is_a_section_of_its_own():
    html = '<h3 id="h-x">x</h3><h3 id="h-y">y</h3><h2 id="h-z">Z</h2>'
    sections = contents.of_text(html)

    assert [(s.heading.text, [h.text for h in s.below]) for s in sections] == [
        ("x", ["y"]),
        ("Z", []),
    ]


def test_a_short_text_needs_none():
    assert _table("## A\n\n## B") == []
