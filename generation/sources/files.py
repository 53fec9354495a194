"""A local file or a pasted note as evidence."""

from pathlib import PurePath

from generation.sources import Unreadable, articles

TYPES = {
    ".txt": "text/plain",
    ".text": "text/plain",
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".html": "text/html",
    ".htm": "text/html",
    ".xhtml": "application/xhtml+xml",
}
MAX_BYTES = 5_000_000


class FileRefused(Unreadable):
    """A file that is too large, or of a kind that is not read."""


def read_file(name: str, data: bytes) -> articles.Article:
    """Return the text of a file, judged by its name's ending. Raises Unreadable."""
    ending = PurePath(name).suffix.lower()
    if (
        ending not in TYPES
        or data.startswith((b"%PDF-", b"PK\x03\x04"))
        or b"\x00\x00" in data[:99]
    ):
        raise FileRefused(
            f"{name} cannot be read. Give a text (.txt), Markdown (.md) or web page (.html) file, "
            "or paste its text as a note."
        )
    if len(data) > MAX_BYTES:
        raise FileRefused(f"{name} is larger than {MAX_BYTES / 1_000_000:g} MB. Split it.")
    article = articles.extract(data, content_type=TYPES[ending], charset="", url="")
    if article.title:
        return article
    return articles.Article(**{**vars(article), "title": PurePath(name).stem})


def read_note(note: str) -> articles.Article:
    """Return the text of a note as an editor pasted it. Raises Unreadable."""
    return articles.extract(
        note.encode("utf-8", "replace"), content_type="text/plain", charset="utf-8", url=""
    )
