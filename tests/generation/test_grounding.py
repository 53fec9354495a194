"""A quote counts only where it stands, word for word, in the snapshot said to hold it."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from generation import grounding
from generation.schemas import FoundFact

TEXT = (
    "The council voted 31 to 12 on Thursday evening.\nThe trial, it said, is unsafe to use\n"
    "without a permit. Noise was the main worry – „viel zu laut“, said Jürgen Größl."
)
words = st.lists(st.text(st.characters(categories=["L", "N", "P"]), min_size=1), min_size=5)


def found(source: str, quote: str) -> FoundFact:
    return FoundFact(source=source, quote=quote, statement="It says so.", topic="topic")


@settings(deadline=None)
@given(words=words, data=st.data())
def test_every_run_of_whole_words_is_found_and_returned_as_the_text_has_it(words, data):
    text = "\n".join(words)
    start = data.draw(st.integers(0, len(words) - 1))
    quote = " ".join(words[start:])
    assume(len(" ".join(quote.split())) >= grounding.MIN_QUOTE_CHARACTERS)
    piece = grounding.literal(quote, text)
    assert piece is not None
    assert piece in text
    assert piece.split() == quote.split()


@settings(deadline=None)
@given(position=st.integers(0, 45), character=st.characters(categories=["L", "N"]))
def test_a_quote_with_one_changed_character_is_refused(position, character):
    quote = "The council voted 31 to 12 on Thursday evening"
    assume(quote[position] != character)
    mutated = quote[:position] + character + quote[position + 1 :]
    assume(mutated.split() != quote.split())
    assert grounding.literal(mutated, TEXT) is None


@settings(deadline=None)
@given(st.text(min_size=1))
def test_what_is_found_is_always_a_literal_piece(quote):
    assume(quote.split())
    piece = grounding.literal(quote, TEXT)
    assert piece is None or piece in TEXT


def test_white_space_may_differ_and_the_texts_own_piece_is_kept():
    assert grounding.literal("unsafe  to use without a permit", TEXT) == (
        "unsafe to use\nwithout a permit"
    )


@pytest.mark.parametrize(
    ("quote", "why"),
    [
        ("safe to use without a permit", "it begins within a word"),
        ("The council voted 31 to 12 on Thurs", "it ends within a word"),
        ("the main", "it is too short to prove anything"),
        ("The Council voted 31 to 12", "letters of another case are other letters"),
        ("Noise was the main worry - „viel zu laut“", "another dash is another text"),
    ],
)
def test_near_quotes_are_refused(quote, why):
    assert grounding.literal(quote, TEXT) is None, why


def test_facts_are_numbered_by_source_and_inventions_counted():
    texts = {"S1": TEXT, "S2": "Another text about something else entirely."}
    facts, dropped = grounding.verified(
        [
            found("S1", "The council voted 31 to 12 on Thursday evening."),
            found("[S2]", "Another text about something else"),
            found("S1", "Noise was the main worry"),
            found("S2", "Noise was the main worry"),  # in the other source
            found("S9", "The council voted 31 to 12 on Thursday evening."),  # no such source
            found("S1", "The council voted 31 to 12 on Thursday evening."),  # twice
        ],
        texts,
    )
    assert [fact.id for fact in facts] == ["S1:1", "S2:1", "S1:2"]
    assert dropped == 2
