"""What has to be remembered of a file between its first and its second reading, on disk.

A file of half a gigabyte names hundreds of thousands of things; a dictionary of them would grow
with the file. A private SQLite file without a name keeps the memory flat, and is gone when closed.
The blog's own data never go there.
"""

import sqlite3
from collections.abc import Iterator
from types import TracebackType
from typing import Self

_CACHE_KIB = 4096


class Notebook:
    """Pages of keys and values; a key that is written again has its latest value."""

    def __init__(self) -> None:
        self._file = sqlite3.connect("", isolation_level=None)
        self._file.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        self._file.execute("PRAGMA synchronous = OFF")
        self._file.execute("PRAGMA journal_mode = OFF")
        self._file.execute(
            "CREATE TABLE note (page TEXT, key TEXT, value TEXT, PRIMARY KEY (page, key))"
            " WITHOUT ROWID"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: object, _where: TracebackType | None
    ) -> None:
        self._file.close()

    def write(self, page: str, key: str, value: str) -> None:
        """Remember `value` under `key`."""
        self._file.execute("INSERT OR REPLACE INTO note VALUES (?, ?, ?)", (page, key, value))

    def write_once(self, page: str, key: str, value: str) -> bool:
        """Remember `value` unless the key has one already; return whether it was free."""
        done = self._file.execute("INSERT OR IGNORE INTO note VALUES (?, ?, ?)", (page, key, value))
        return done.rowcount == 1

    def read(self, page: str, key: str) -> str | None:
        """Return what was remembered under `key`."""
        row = self._file.execute(
            "SELECT value FROM note WHERE page = ? AND key = ?", (page, key)
        ).fetchone()
        return str(row[0]) if row else None

    def has(self, page: str, key: str) -> bool:
        """Whether anything was remembered under `key`."""
        return self.read(page, key) is not None

    def all(self, page: str, *, prefix: str = "") -> Iterator[tuple[str, str]]:
        """Yield the keys that begin with `prefix`, in order, with their values.

        The page may be written to meanwhile: each row is looked up anew.
        """
        last, sign = prefix, ">="
        while row := self._file.execute(
            f"SELECT key, value FROM note WHERE page = ? AND key {sign} ? ORDER BY key LIMIT 1",  # noqa: S608
            (page, last),
        ).fetchone():
            if not row[0].startswith(prefix):
                return
            yield str(row[0]), str(row[1])
            last, sign = row[0], ">"

    def count(self, page: str) -> int:
        """Return how many keys the page has."""
        (number,) = self._file.execute(
            "SELECT count(*) FROM note WHERE page = ?", (page,)
        ).fetchone()
        return int(number)
