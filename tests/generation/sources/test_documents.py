"""PDF and Word files: their text comes in, and what is made to do harm ends a child process."""

import io
import subprocess
import threading
import zipfile
from concurrent.futures import ThreadPoolExecutor

import docx
import pypdf
import pytest

from generation.sources import Unreadable, documents, files


def pdf(*pages: str, title: str = "", password: str = "") -> bytes:
    """A PDF file of plain pages, written by hand and put in order by the library."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    kids = []
    for text in pages:
        stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode()
        content = b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream)
        page = (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R"
            b" /Resources << /Font << /F1 << /Type /Font /Subtype /Type1"
            b" /BaseFont /Helvetica >> >> >> >>" % (len(objects) + 1)
        )
        objects += [content, page]
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), b" ".join(kids))
    whole = b"%PDF-1.4\n"
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(whole))
        whole += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    start = len(whole)
    whole += b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
    whole += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (size, start)
    if title or password:
        writer = pypdf.PdfWriter(clone_from=io.BytesIO(whole))
        writer.add_metadata({"/Title": title})
        if password:
            writer.encrypt(password, algorithm="RC4-128")
        out = io.BytesIO()
        writer.write(out)
        whole = out.getvalue()
    return whole


def word(*, title: str = "") -> bytes:
    document = docx.Document()
    document.core_properties.title = title
    document.add_heading("What the trial cost", level=1)
    document.add_paragraph("The trial cost 4.6 million crowns.")
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "Line 4", "1,400 a night"
    document.add_paragraph("Nobody complained.")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


class TestPdf:
    def test_gives_the_text_of_its_pages_and_its_title(self):
        article = files.read_file(
            "report.PDF", pdf("The trial cost 4.6 million.", "Nobody left.", title="The trial")
        )

        assert article.title == "The trial"
        assert article.text.split("\n\n") == ["The trial cost 4.6 million.", "Nobody left."]

    def test_without_a_title_has_its_name(self):
        assert files.read_file("a/night-trams.pdf", pdf("Some text.")).title == "night-trams"

    @pytest.mark.parametrize(
        ("data", "said"),
        [
            (pdf("Secret.", password="tram"), "report.pdf is protected by a password."),
            (pdf(""), "report.pdf holds pictures of text, and no text."),
            (b"%PDF-1.7 broken", "report.pdf can't be read: it is damaged, or too large."),
        ],
    )
    def test_that_cannot_be_read_says_why_and_what_to_do(self, data, said):
        with pytest.raises(Unreadable) as refused:
            files.read_file("report.pdf", data)

        assert str(refused.value) == f"{said} Paste the part that you need as a note."


class TestWord:
    def test_gives_headings_paragraphs_and_tables_in_their_order(self):
        article = files.read_file("report.docx", word(title="The trial"))

        assert article.title == "The trial"
        assert article.text.split("\n\n") == [
            "## What the trial cost",
            "The trial cost 4.6 million crowns.",
            "Line 4 | 1,400 a night",
            "Nobody complained.",
        ]

    def test_that_unpacks_to_far_more_than_it_is_is_refused(self):
        bomb = io.BytesIO()
        with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("word/document.xml", b" " * 120_000_000)

        with pytest.raises(Unreadable, match=r"report.docx is larger than it looks\."):
            files.read_file("report.docx", bomb.getvalue())

    def test_whose_entities_multiply_ends_without_them(self):
        entities = "".join(
            f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "lol" * 10}">' for n in range(12)
        )
        hostile = io.BytesIO()
        with (
            zipfile.ZipFile(io.BytesIO(word())) as good,
            zipfile.ZipFile(hostile, "w") as archive,
        ):
            for entry in good.namelist():
                data = good.read(entry)
                if entry == "word/document.xml":
                    data = data.replace(
                        b"<w:document", f"<!DOCTYPE x [{entities}]><w:document".encode(), 1
                    ).replace(b"Nobody complained.", b"&e11;")
                archive.writestr(entry, data)

        try:
            text = files.read_file("report.docx", hostile.getvalue()).text
        except Unreadable:
            return
        assert "lol" not in text


@pytest.mark.parametrize(
    ("name", "data"),
    [("report.pdf", word()), ("report.docx", pdf("Text.")), ("report.txt", pdf("Text."))],
)
def test_a_file_is_what_its_name_says(name, data):
    with pytest.raises(files.FileRefused, match="cannot be read"):
        files.read_file(name, data)


def test_only_so_many_are_read_at_once(monkeypatch):
    at_once, most = 0, 0
    counting = threading.Lock()
    really = subprocess.run

    def counted(*args, **kwargs):
        nonlocal at_once, most
        with counting:
            at_once += 1
            most = max(most, at_once)
        try:
            return really(*args, **kwargs)
        finally:
            with counting:
                at_once -= 1

    monkeypatch.setattr(subprocess, "run", counted)
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda _: files.read_file("a.pdf", pdf("Some text.")), range(6)))

    assert [one.text for one in found] == ["Some text."] * 6
    assert most == documents.MOST_AT_ONCE


def test_a_reader_that_takes_too_long_is_ended(monkeypatch):
    monkeypatch.setattr(documents, "SECONDS", 0.005)

    with pytest.raises(Unreadable, match=r"takes too long to read\."):
        documents.read(pdf("Text."), kind="pdf", name="slow.pdf")
