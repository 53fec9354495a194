"""A guard against paragraphs that were made to exhaust the parser."""

import pytest

from blog.markdown_rules import guard
from blog.rendering import render_markdown


@pytest.mark.parametrize("text", ["'" * 3000, "http://a" * 300])
def test_a_hostile_paragraph_is_shown_as_it_was_written(text):
    assert "".join(render_markdown(text).split()) == f"<p>{text}</p>"


def test_the_paragraphs_around_it_are_not():
    html = render_markdown("*a*\n\n" + "x" * (guard.MAX_UNBROKEN + 1) + "\n\n*b*")

    assert "<em>a</em>" in html
    assert "<em>b</em>" in html


def test_an_honest_long_paragraph_is_set_as_always():
    assert "<em>" in render_markdown("It's *what* you'd say. " * 900)
