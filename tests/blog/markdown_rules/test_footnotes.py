"""Footnotes: there and back, in the words that a screen reader has for them."""

from blog.rendering import render_markdown


def test_they_lead_there_and_back():
    html = render_markdown("One[^a] and again[^a].\n\n[^a]: The note.")

    assert '<a href="#fn1" id="fnref1" role="doc-noteref">1</a>' in html
    assert '<a href="#fn1" id="fnref1:1" role="doc-noteref">1</a>' in html
    assert '<div class="footnotes" role="doc-endnotes">' in html
    assert '<li id="fn1" class="footnote-item">' in html
    assert 'href="#fnref1:1" class="footnote-backref" role="doc-backlink"' in html


def test_nothing_is_said_in_a_language_that_the_text_may_not_be_in():
    html = render_markdown("نص[^1]\n\n[^1]: حاشية")

    assert 'aria-label="↩ 1"' in html


def test_a_note_may_be_written_in_the_line():
    assert '<li id="fn1" class="footnote-item"><p>here ' in render_markdown("There^[here]")
