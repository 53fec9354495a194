"""Cleaning and splitting text: nothing hidden stays, and every sentence is a literal piece."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.sources import text

MESSY = st.text(
    st.characters() | st.sampled_from(".!?…。 \n\t\"'”)(-*#|1aA\u200d\u200b\ufe0f\x00\ud800\r"),
    max_size=300,
)


class TestClean:
    @pytest.mark.parametrize(
        ("dirty", "tidy"),
        [
            ("a\x00b\x07c", "abc"),
            ("half \ud83d pair", "half pair"),
            ("pay\u202eload\u202c", "payload"),
            ("zero\u200bwidth\ufeff", "zerowidth"),
            ("soft\u00adhyphen", "softhyphen"),
            ("tag" + "".join(chr(0xE0000 + ord(c)) for c in "obey"), "tag"),
            ("a\u200db\u200cc", "abc"),
            ("hidden\ufe00\ufe01\U000e0101 bytes", "hidden bytes"),
            ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
            ("a \u00a0\t b", "a b"),
            ("  a  \n\n\n\n  b  ", "a\n\nb"),
            ("Cafe\u0301", "Café"),
        ],
    )
    def test_removes_what_hides_or_breaks(self, dirty, tidy):
        assert text.clean(dirty) == tidy

    @pytest.mark.parametrize(
        "kept", ["👩‍🚀 flew", "می‌خواهم", "❤️ it", "क्‍ष", "naïve – “so” €5", "中文。"]
    )
    def test_keeps_what_letters_and_emoji_need(self, kept):
        assert text.clean(kept) == kept

    def test_has_a_limit(self):
        assert len(text.clean("word " * 100_000)) <= text.MAX_TEXT_CHARACTERS

    @given(MESSY)
    def test_cleaning_twice_changes_nothing_more(self, dirty):
        once = text.clean(dirty)

        assert text.clean(once) == once
        assert "\x00" not in once
        once.encode()  # no lone surrogate


class TestOneLine:
    def test_joins_and_shortens(self):
        assert text.one_line("A\n title \u200b here") == "A title here"
        assert text.one_line("word " * 100, limit=20) == "word word word word…"


class TestUnwrap:
    def test_joins_lines_broken_to_fit_a_width(self):
        broken = "The lamp was first lit on 4 November 1868 and burned\noil for a century."

        assert text.unwrap(broken) == broken.replace("\n", " ")

    @pytest.mark.parametrize(
        "kept",
        [
            "A long line that introduces the list which is coming now:\n- one\n- two",
            "# A heading that is long enough to look like a full line\nText begins here",
            "| a table row that is long enough to look like a line | x |\n| next | y |",
            "```\nsome code that is long enough to look like a full line\nmore code\n```",
            "Short lines\nOf a poem\nStay apart",
            "A paragraph that is long enough to look like a full line.\n\nAnother one",
        ],
    )
    def test_keeps_lines_that_mean_something(self, kept):
        assert text.unwrap(kept) == kept


class TestSentences:
    @pytest.mark.parametrize(
        ("given_text", "expected"),
        [
            ("It works. He left! Really? Yes… Maybe.", 5),
            ("The 3.5 release (v5.2.1) came out on 2. May.", 1),
            ("Dr. J. R. Smith met Mr. Poe at St. Ives.", 1),
            ("See https://a.example/x.html?y=1. Then go.", 2),
            ("E.g. this, i.e. that, vs. the other.", 1),
            ("In the U.S. Senate it failed.", 1),
            ("He paid $3.50. She paid €4,20.", 2),
            ("No. 5 is alive. I said no. Then I left.", 3),
            ("Node.js is fast. It has npm.", 2),
            ("He said “It works.” Then he left.", 2),
            ("“Really?” she asked. (See below.) Next.", 3),
            ("It is proven.[2] Others agree.[3]", 2),
            ("これは文です。次の文です！本当？はい", 4),
            ("Er kam z.B. nach Bonn. Danach ging er.", 2),
            ("¿Qué? ¡Sí! Vale.", 3),
            ("A heading\nA sentence. Another one.", 3),
            ("1. Install it. Then run it.\n- An item\n* Two", 4),
            ("The vote was 31 to 12. 14 abstained.", 2),
            ("At 5 a.m. on Fridays it runs.", 1),
            ("", 0),
            (" \n \n", 0),
            ("...", 1),
        ],
    )
    def test_are_as_many_as_a_reader_counts(self, given_text, expected):
        assert len(text.sentences(given_text)) == expected

    def test_a_list_item_loses_its_bullet(self):
        assert text.sentences("- First thing.\n2) Second thing") == ["First thing.", "Second thing"]

    @given(MESSY)
    def test_each_is_a_literal_piece_and_together_they_are_the_text(self, given_text):
        found = text.sentences(given_text)
        position = 0
        for sentence in found:
            position = given_text.index(sentence, position) + len(sentence)

        assert all(sentence.strip() == sentence and sentence for sentence in found)
        assert "\n" not in "".join(found)

    @pytest.mark.parametrize(
        "hostile", ["." * 200_000, '."' * 90_000, ". " + '"' * 199_000, "!?" * 99_000]
    )
    def test_take_no_longer_than_the_text_is_long(self, hostile):
        start = time.monotonic()
        text.sentences(hostile)

        assert time.monotonic() - start < 1
