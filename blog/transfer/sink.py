"""Where an export is written: a folder, or a zip archive that is the same bytes for the same blog.

Nothing is half there: a folder has to be new or empty, and an archive gets its name when it is
whole.
"""

import io
import os
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol, TextIO

# The earliest day that a zip archive can say, for all entries: today would make each export differ.
_EPOCH = (1980, 1, 1, 0, 0, 0)


class SinkRefused(Exception):
    """The export can't be written there; the message says why."""


class Sink(Protocol):
    """Takes the files of an export."""

    @contextmanager
    def text(self, name: str) -> Iterator[TextIO]:
        """Open a text file to be written; its lines end as they are written."""
        ...

    def copy(self, name: str, source: IO[bytes]) -> None:
        """Write a file from a stream."""
        ...


class Folder:
    """A folder."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @contextmanager
    def text(self, name: str) -> Iterator[TextIO]:
        """Open a file of the folder."""
        with self._path(name).open("w", encoding="utf-8", newline="\n") as file:
            yield file

    def copy(self, name: str, source: IO[bytes]) -> None:
        """Write a file of the folder."""
        with self._path(name).open("wb") as file:
            shutil.copyfileobj(source, file)

    def _path(self, name: str) -> Path:
        path = self._root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path


class Archive:
    """A zip archive."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    @contextmanager
    def text(self, name: str) -> Iterator[TextIO]:
        """Open an entry of the archive."""
        with self._open(name) as entry:
            text = io.TextIOWrapper(entry, encoding="utf-8", newline="\n", write_through=True)
            yield text
            text.flush()
            text.detach()

    def copy(self, name: str, source: IO[bytes]) -> None:
        """Write an entry of the archive."""
        with self._open(name) as entry:
            shutil.copyfileobj(source, entry)

    def _open(self, name: str) -> IO[bytes]:
        entry = zipfile.ZipInfo(name, _EPOCH)
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = 0o644 << 16
        return self._archive.open(entry, "w", force_zip64=True)


@contextmanager
def opened(path: Path) -> Iterator[Sink]:
    """Open a folder, or an archive where the name ends in .zip. Raises SinkRefused."""
    if path.suffix.lower() != ".zip":
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise SinkRefused(f"{path} is there already. Name a new or an empty folder.")
        path.mkdir(parents=True, exist_ok=True)
        yield Folder(path)
        return
    part = path.with_name(f"{path.name}.part")
    try:
        with zipfile.ZipFile(part, "w") as archive:
            yield Archive(archive)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
