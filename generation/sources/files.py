"""A local file or a pasted note as evidence."""

from dataclasses import replace
from pathlib import PurePath

from generation.sources import Unreadable, articles, documents

TYPES = {
    ".txt": "text/plain",
    ".text": "text/plain",
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".html": "text/html",
    ".htm": "text/html",
    ".xhtml": "application/xhtml+xml",
}
# As the beginning of the file must say.
DOCUMENTS = {".pdf": b"%PDF-", ".docx": b"PK\x03\x04"}
ENDINGS = (*TYPES, *DOCUMENTS)
MAX_BYTES = 5_000_000
MAX_DOCUMENT_BYTES = 20_000_000


class FileRefused(Unreadable):
    """A file that is too large, or of a kind that is not read."""


def read_file(name: str, data: bytes) -> articles.Article:
    """Return the text of a file, judged by its name's ending. Raises Unreadable."""
    ending = PurePath(name).suffix.lower()
    if ending not in ENDINGS or not _is_what_it_says(ending, data):
        raise FileRefused(
            f"{name} cannot be read. Give a text (.txt), Markdown (.md), web page (.html), PDF or"
            " Word (.docx) file, or paste its text as a note."
        )
    limit = largest(name)
    if len(data) > limit:
        raise FileRefused(f"{name} is larger than {limit / 1_000_000:g} MB. Split it.")
    article = _document(name, ending, data) if ending in DOCUMENTS else _page(ending, data)
    return article if article.title else replace(article, title=PurePath(name).stem)


def largest(name: str) -> int:
    """Return how many bytes a file of that name may have."""
    return MAX_DOCUMENT_BYTES if PurePath(name).suffix.lower() in DOCUMENTS else MAX_BYTES


def _is_what_it_says(ending: str, data: bytes) -> bool:
    if ending in DOCUMENTS:
        return data.startswith(DOCUMENTS[ending])
    return not data.startswith(tuple(DOCUMENTS.values())) and b"\x00\x00" not in data[:99]


def _document(name: str, ending: str, data: bytes) -> articles.Article:
    found = documents.read(data, kind=ending.removeprefix("."), name=name)
    return replace(read_note(found.text), title=found.title.strip())


def _page(ending: str, data: bytes) -> articles.Article:
    return articles.extract(data, content_type=TYPES[ending], charset="", url="")


def read_note(note: str) -> articles.Article:
    """Return the text of a note as an editor pasted it. Raises Unreadable."""
    return articles.extract(
        note.encode("utf-8", "replace"), content_type="text/plain", charset="utf-8", url=""
    )
