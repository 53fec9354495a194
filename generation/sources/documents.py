"""The text of PDF and Word files, read by a process of its own that may take only so much.

Such files come from strangers, and their readers can be led into endless work: here that ends the
child and nothing else. `python -m generation.sources.documents pdf` reads one from standard input.
"""

import io
import json
import os
import resource
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from generation.sources import Unreadable

SECONDS = 20
# A worker has hundreds of threads, and each child may take a gigabyte.
MOST_AT_ONCE = 2
_MEMORY_BYTES = 1_000_000_000
_MOST_PAGES = 500
_MOST_UNPACKED_BYTES = 100_000_000
_MOST_CHARACTERS = 2_000_000
_PASSED_ON = {"PATH", "PYTHONPATH", "LANG", "LC_ALL"}
_seats = threading.BoundedSemaphore(MOST_AT_ONCE)


@dataclass(frozen=True)
class Document:
    """What was in a file; the title is what it calls itself, and may be empty."""

    title: str
    text: str


def read(data: bytes, *, kind: str, name: str) -> Document:
    """Return the text of a file of `kind` pdf or docx. Raises Unreadable."""
    advice = "Paste the part that you need as a note."
    try:
        with _seats:
            child = subprocess.run(
                [sys.executable, "-m", __name__, kind],
                input=data,
                stdout=subprocess.PIPE,
                # Its readers warn of each broken piece of a file, without end.
                stderr=subprocess.DEVNULL,
                timeout=2 * SECONDS,
                # Keys and passwords are none of its business.
                env={name: os.environ[name] for name in _PASSED_ON & os.environ.keys()},
            )
    except subprocess.TimeoutExpired:
        raise Unreadable(f"{name} takes too long to read. {advice}") from None
    if child.returncode:
        raise Unreadable(f"{name} can't be read: it is damaged, or too large. {advice}")
    answer = json.loads(child.stdout)
    if problem := answer.get("problem"):
        raise Unreadable(f"{name} {problem} {advice}")
    return Document(answer["title"], answer["text"])


class _Refused(Exception):
    """Says of the file what it is or has."""


def _pdf(data: bytes) -> Document:
    import pypdf  # this child alone needs it

    reader = pypdf.PdfReader(io.BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise _Refused("is protected by a password.")
    pages = (page.extract_text() for page in reader.pages[:_MOST_PAGES])
    text = "\n\n".join(filter(None, map(str.strip, pages)))
    if not text:
        raise _Refused("holds pictures of text, and no text.")
    title = reader.metadata.title if reader.metadata else ""
    return Document(str(title or ""), text)


def _docx(data: bytes) -> Document:
    import docx  # as above

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > _MOST_UNPACKED_BYTES:
            raise _Refused("is larger than it looks.")
    document = docx.Document(io.BytesIO(data))
    text = "\n\n".join(_blocks(document))
    if not text:
        raise _Refused("holds no text.")
    return Document(document.core_properties.title or "", text)


def _blocks(document: "docx.document.Document") -> Iterator[str]:  # type: ignore[name-defined]  # noqa: F821
    """Paragraphs and tables in their order; a row of a table on a line."""
    for block in document.iter_inner_content():
        if hasattr(block, "rows"):
            for row in block.rows:
                # Cells that are joined come once for each column.
                cells = dict.fromkeys(cell.text.strip() for cell in row.cells)
                yield " | ".join(filter(None, cells))
        elif text := block.text.strip():
            style = str(block.style.name if block.style else "")
            yield f"## {text}" if style.startswith(("Heading", "Title")) else text


_READERS: dict[str, Callable[[bytes], Document]] = {"pdf": _pdf, "docx": _docx}


def main() -> None:
    """Read a file from standard input and write what is in it as JSON."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    data = sys.stdin.buffer.read()
    try:
        found = _READERS[sys.argv[1]](data)
        answer = {"title": found.title[:300], "text": found.text[:_MOST_CHARACTERS]}
    except _Refused as refusal:
        answer = {"problem": str(refusal)}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
