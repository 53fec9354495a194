"""Two contents compared: every difference is told, word by word, in a time that stays bounded."""

import random
import re
import time

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from blog import comparing, revisions
from blog.comparing import Row
from blog.comparing.paragraphs import split
from blog.models import Tag
from blog.models.content import Content
from tests.factories import make_category, make_draft, make_image, make_post

SMALL_WORDS = st.lists(
    st.sampled_from(["red", "blue", "the", "- item", "# Head", ",", " ", "\n", "\n\n", "> "])
).map("".join)
ANY_TEXT = st.one_of(SMALL_WORDS, st.text(max_size=200))


def told(rows: list[Row]) -> list[tuple[str, str, str]]:
    """Each row with the changed words in brackets."""
    return [(row.kind, _marked(row.old), _marked(row.new)) for row in rows]


def _marked(runs: list[comparing.Run]) -> str:
    return "".join(run.text if run.kind == "same" else f"[{run.text}]" for run in runs)


def _letters(rows: list[Row], side: str) -> str:
    return "".join(re.sub(r"\s", "", run.text) for row in rows for run in getattr(row, side))


class TestWords:
    def test_only_the_words_that_changed_are_marked(self):
        [row] = comparing.texts("The quick brown fox jumps.", "The quick red fox jumps high.")

        assert _marked(row.old) == "The quick [brown] fox jumps."
        assert _marked(row.new) == "The quick [red] fox jumps[ high]."
        assert row.kind == "changed"

    def test_a_paragraph_of_other_words_is_told_as_one_that_went_and_one_that_came(self):
        rows = comparing.texts("Alpha beta gamma delta.", "One two three four five!")

        assert told(rows) == [
            ("changed", "[Alpha beta gamma delta.]", "[One two three four five!]")
        ]

    def test_a_long_paragraph_is_compared_word_by_word_too(self):
        words = [f"w{number}" for number in range(900)]
        other = ["first", *words[1:-1], "last"]

        [row] = comparing.texts(" ".join(words), " ".join(other))

        assert [run.text for run in row.new if run.kind == "new"] == ["first", "last"]

    @given(ANY_TEXT, ANY_TEXT)
    def test_joined_both_sides_are_what_was_compared(self, old, new):
        left, right = comparing.words.runs(old, new, comparing.words.Effort())

        assert "".join(run.text for run in left) == old
        assert "".join(run.text for run in right) == new
        assert all(run.text for run in left + right)

    def test_blanks_that_changed_are_seen(self):
        [row] = comparing.texts("One two\nthree", "One  two three")

        assert [run.shown for run in row.old if run.kind == "old"] == ["␣", "↵\n"]
        assert [run.shown for run in row.new if run.kind == "new"] == ["␣␣", "␣"]

    def test_a_paragraph_that_was_split_is_a_difference(self):
        assert told(comparing.texts("One\nTwo", "One\n\nTwo")) == [
            ("changed", "One\n[Two]", "One"),
            ("added", "", "[Two]"),
        ]


class TestParagraphs:
    def test_what_did_not_change_is_folded_around_the_change(self):
        old = [f"Paragraph {number}." for number in range(20)]
        new = [*old[:10], "Paragraph ten.", *old[11:]]

        rows = comparing.texts("\n\n".join(old), "\n\n".join(new))

        assert [(row.kind, row.hidden) for row in rows] == [
            ("gap", 9),
            ("same", 0),
            ("changed", 0),
            ("same", 0),
            ("gap", 8),
        ]
        assert _marked(rows[2].new) == "Paragraph [ten]."

    def test_an_inserted_paragraph_stands_in_a_row_of_its_own(self):
        rows = comparing.texts("First one.\n\nLast one.", "First one.\n\nNew here.\n\nLast one.")

        assert told(rows) == [
            ("same", "First one.", "First one."),
            ("added", "", "[New here.]"),
            ("same", "Last one.", "Last one."),
        ]

    def test_paragraphs_are_paired_by_their_words_not_by_their_place(self):
        rows = comparing.texts(
            "The burr is sharp and thin.\n\nStrop it on leather.",
            "Something else comes before all.\n\nThe burr is sharp and long.\n\nStrop it.",
        )

        assert told(rows) == [
            ("added", "", "[Something else comes before all.]"),
            ("changed", "The burr is sharp and [thin].", "The burr is sharp and [long]."),
            ("changed", "Strop it[ on leather].", "Strop it."),
        ]

    def test_items_headings_and_rows_of_tables_are_compared_each_for_itself(self):
        text = "# Head\nWords\nin lines.\n- one\n- two\n\n| a | b |\n| - | - |\n1. first\n"

        assert split(text) == [
            "# Head\n",
            "Words\nin lines.\n",
            "- one\n",
            "- two\n",
            "\n| a | b |\n",
            "| - | - |\n",
            "1. first\n",
        ]

    def test_a_last_paragraph_that_came_leaves_the_one_before_it_alone(self):
        rows = comparing.texts("First one.\n\n- a\n- b", "First one.\n\n- a\n- b\n- c")

        assert told(rows)[1:] == [("same", "- b", "- b"), ("added", "", "[- c]")]
        rows = comparing.texts("- b", "New here.\n\n- b")
        assert told(rows) == [("added", "", "[New here.]"), ("same", "- b", "- b")]

    def test_blank_lines_that_came_alone_are_a_difference(self):
        rows = comparing.texts("One\n\n- a\n- b\n- c", "One\n\n- a\n\n- b\n- c")

        assert told(rows) == [
            ("gap", "", ""),
            ("same", "- a", "- a"),
            ("changed", "- b", "[\n]- b"),
            ("same", "- c", "- c"),
        ]

    def test_ends_of_lines_and_of_the_text_are_no_difference(self):
        assert comparing.texts("One\r\n\r\nTwo\r\n", "One\n\nTwo") == []
        assert comparing.texts("", "") == []

    @given(ANY_TEXT)
    def test_paragraphs_joined_are_the_text(self, text):
        assert "".join(split(text)) == text

    @given(ANY_TEXT, ANY_TEXT)
    def test_nothing_that_differs_is_left_out(self, old, new):
        rows = comparing.texts(old, new)
        changed = [row for row in rows if row.kind not in ("same", "gap")]

        assert bool(changed) == bool(rows)
        if not rows:
            assert old.split() == new.split()
        if not any(row.kind == "gap" for row in rows):
            assert _letters(rows, "old") == re.sub(r"\s", "", old) or not rows
            assert _letters(rows, "new") == re.sub(r"\s", "", new) or not rows


class TestBounds:
    @pytest.mark.parametrize(
        "make",
        [
            lambda r: "\n".join(r.choice("abc") for _ in range(100_000)),
            lambda r: "\n\n".join(r.choice("abc") for _ in range(60_000)),
            lambda r: " ".join(r.choice("abc") for _ in range(100_000)),
            lambda r: " ".join(str(r.randrange(80)) for _ in range(60_000)),
            lambda r: "\n\n".join(
                " ".join(str(r.randrange(99)) for _ in range(20)) for _ in range(3000)
            ),
            lambda r: "> " * r.randrange(90_000, 100_000),
            lambda r: "*" * r.randrange(190_000, 200_000),
        ],
    )
    def test_hostile_texts_are_told_whole_in_a_bounded_number_of_steps(self, make):
        chance = random.Random(7)  # the same texts each time
        old, new = make(chance), make(chance)
        # Processor time: a busy machine is no reason to fail. It takes about a second at most.
        began = time.process_time()
        rows = comparing.texts(old, new)

        assert time.process_time() - began < 20
        assert sum(len(run.text) for row in rows for run in row.old) <= len(old)
        if not any(row.kind == "gap" for row in rows):
            assert _letters(rows, "new") == re.sub(r"\s", "", new)


@pytest.mark.django_db
class TestRevisions:
    def test_each_field_that_differs_is_told_by_its_name(self):
        wood, paint = (Tag.objects.create(name=name, slug=name) for name in ("wood", "paint"))
        post = make_post(title="Old title", tags=[wood], category=make_category(name="Tools"))
        draft = make_draft(
            title="New title",
            tags=[wood, paint],
            cover=make_image(alt_text="A saw"),
            seo_title="Saws",
            canonical_url="https://first.example/saw",
            language="ar",
            slug="elsewhere",
            is_ai_generated=True,
        )
        old, new = post.latest_revision, revisions.save_revision(post, draft, by=None)

        found = comparing.revisions(old, new)

        sides = {f.name: (_marked(f.old), _marked(f.new)) for f in found.fields}
        assert sides.pop("Author")
        assert sides == {
            "Title": ("[Old] title", "[New] title"),
            "Category": ("[Tools]", ""),
            "Tags": ("wood", "[paint, ]wood"),
            "Cover picture": ("", "[A saw]"),
            "Address": ("[old-title]", "[elsewhere]"),
            "Language": ("[en]", "[ar]"),
            "Title for search engines": ("", "[Saws]"),
            "Original address": ("", "[https://first.example/saw]"),
            "AI-assisted": ("[no]", "[yes]"),
        }
        assert found.rows == []

    def test_a_field_of_other_words_is_told_whole(self):
        old, new = {"Title": "What it knows, and what it does"}, {"Title": "My own title for it"}

        [field] = comparing.contents(old, new).fields

        assert _marked(field.old) == f"[{old['Title']}]"
        assert _marked(field.new) == f"[{new['Title']}]"

    def test_every_signed_field_has_a_name(self):
        """A column that somebody adds to the content is compared, or this test says so."""
        revision = make_post().latest_revision
        signed = {field.name for field in Content._meta.fields} - {"body_html"} | {"tags"}

        assert len(comparing.content_of(revision)) == len(signed)

    def test_equal_contents_differ_in_nothing(self):
        revision = make_post().latest_revision

        assert not comparing.revisions(revision, revision)


class TestTemplate:
    def test_texts_are_escaped_and_changes_have_elements_of_their_own(self):
        old, new = {"Text": "Say <b>no</b> now."}, {"Text": "Say <b>yes</b> now."}

        page = render_to_string("admin/_diff.html", {"diff": comparing.contents(old, new)})

        assert "<del>no</del>" in page
        assert "<ins>yes</ins>" in page
        assert "&lt;b&gt;" in page
        assert "<b>" not in page

    def test_no_difference_is_said(self):
        page = render_to_string("admin/_diff.html", {"diff": comparing.contents({}, {})})

        assert "Nothing differs." in page
