"""Files and notes as evidence."""

import pytest

from generation.sources import Unreadable, files
from tests.web_fixtures import pages, texts
from tests.web_fixtures.stories import BAKERY, LIGHTHOUSE, NIGHT_TRAMS


class TestReadFile:
    @pytest.mark.parametrize("name", ["log.txt", "LOG.TXT", "a/b/log.text"])
    def test_text(self, name):
        article = files.read_file(name, texts.LIGHTHOUSE_LOG.encode())

        assert all(fact in article.text for fact in LIGHTHOUSE.facts)

    def test_markdown(self):
        article = files.read_file("library.md", texts.SEED_LIBRARY.encode())

        assert article.title == "How our seed library works"
        assert "Members borrowed 1,912 packets in 2025" in article.text

    def test_a_web_page(self):
        article = files.read_file("saved.HTML", pages.night_trams().encode())

        assert all(fact in article.text for fact in NIGHT_TRAMS.facts)
        assert not any(word in article.text for word in NIGHT_TRAMS.antifacts)

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
    def test_in_any_encoding_an_editor_saves(self, encoding):
        article = files.read_file("note.txt", BAKERY.paragraphs[0].encode(encoding))

        assert article.text == BAKERY.paragraphs[0]

    def test_a_file_without_a_title_is_called_by_its_name(self):
        article = files.read_file("/tmp/minutes of may.html", b"<p>It rained for nine days.</p>")

        assert article.title == "minutes of may"

    @pytest.mark.parametrize(
        ("name", "data"),
        [
            ("report.pdf", b"%PDF-1.7"),
            ("report.txt", b"%PDF-1.7"),
            ("book.docx", b"PK\x03\x04"),
            ("book.md", b"PK\x03\x04"),
            ("picture.txt", b"\x89PNG" + bytes(100)),
            ("noending", b"words"),
            ("empty.txt", b""),
            ("blank.md", b" \n "),
            ("script.html", b"<script>1</script>"),
            ("huge.txt", b"a" * 5_000_001),
        ],
    )
    def test_what_cannot_be_read_is_refused_in_words(self, name, data):
        with pytest.raises(Unreadable) as refused:
            files.read_file(name, data)

        assert str(refused.value).endswith((".", "note."))


class TestReadNote:
    def test_is_kept_as_pasted_but_clean(self):
        note = "A pasted note with a \u202ereversed\u202c word.\nIt has <b>no</b> markup."

        assert (
            files.read_note(note).text
            == "A pasted note with a reversed word.\nIt has <b>no</b> markup."
        )

    def test_an_empty_one_is_refused(self):
        with pytest.raises(Unreadable, match="empty"):
            files.read_note(" \u200b\n")

    def test_a_lone_surrogate_does_no_harm(self):
        assert files.read_note("half \ud83d pair").text.startswith("half")
