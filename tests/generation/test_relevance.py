"""Words that carry a subject, and excerpts that keep what bears on it."""

from hypothesis import given, settings
from hypothesis import strategies as st

from generation import relevance


def test_endings_and_small_words_make_no_difference():
    assert relevance.words("The caches of the city's trams") == relevance.words("cache city tram")


def test_a_short_text_is_kept_whole():
    assert relevance.excerpt("One.\n\nTwo.", ["two"], limit=100) == "One.\n\nTwo."


def test_of_a_long_text_the_beginning_and_the_subject_are_kept_in_order():
    lines = [f"Line {n} is about nothing in particular." for n in range(200)]
    lines[150] = "Here the lighthouse was lit in 1868."
    kept = relevance.excerpt("\n".join(lines), relevance.words("Lighthouses"), limit=600)
    assert kept.startswith(lines[0])
    assert "[…]\nHere the lighthouse was lit in 1868.\n[…]" in kept
    assert len(kept) <= 600


@settings(deadline=None)
@given(
    st.lists(st.text("ab .", min_size=1, max_size=60), min_size=1, max_size=60),
    st.integers(50, 400),
)
def test_an_excerpt_has_only_lines_of_the_text_and_never_more_than_allowed(lines, limit):
    source = "\n".join(lines)
    kept = relevance.excerpt(source, ["a"], limit=limit)
    assert len(kept) <= max(limit, 0)
    assert all(line == "[…]" or line.strip() in source for line in kept.split("\n"))
