"""Reads a Ghost export row by row: the tables may be large, one row is not.

The file is an object whose `db[0].data` (or `data`) holds the tables, each a list of rows. Only the
way there is walked by hand; each row is read by the standard library.
"""

import json
from collections.abc import Iterator
from typing import Any, TextIO

from blog.transfer.reading import FormatRefused

MAX_ROW_CHARACTERS = 20_000_000
_PIECE = 1 << 16
_BLANKS = " \t\r\n"
_WAY = {"db", "data"}


class GhostRows:
    """Walks through one file."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._text = ""
        self._at = 0
        self._decoder = json.JSONDecoder()

    def rows(self) -> Iterator[tuple[str, Any]]:
        """Yield (table, row), and ("meta", value) and the like for what is no table.

        Raises FormatRefused.
        """
        try:
            if self._peek() == "\ufeff":
                self._at += 1
            yield from self._object(depth=0)
        except (ValueError, RecursionError) as broken:
            raise FormatRefused(
                "The file is no Ghost export, or it is damaged: it breaks off being JSON. In Ghost"
                " choose Settings → Labs → Export, and give the .json file that you get."
            ) from broken

    def _object(self, *, depth: int) -> Iterator[tuple[str, Any]]:
        self._expect("{")
        if self._take_if("}"):
            return
        while True:
            name = str(self._value())
            self._expect(":")
            yield from self._member(name, depth=depth)
            if self._take_if("}"):
                return
            self._expect(",")

    def _member(self, name: str, *, depth: int) -> Iterator[tuple[str, Any]]:
        opening = self._peek()
        if name in _WAY and depth < 3 and opening == "{":
            yield from self._object(depth=depth + 1)
        elif name == "db" and opening == "[":
            yield from self._first_of_list(depth=depth + 1)
        elif opening == "[":
            for row in self._list():
                yield name, row
        else:
            yield name, self._value()

    def _first_of_list(self, *, depth: int) -> Iterator[tuple[str, Any]]:
        self._expect("[")
        if self._take_if("]"):
            return
        yield from self._object(depth=depth)
        while self._take_if(","):
            self._value()
        self._expect("]")

    def _list(self) -> Iterator[Any]:
        self._expect("[")
        if self._take_if("]"):
            return
        while True:
            yield self._value()
            if self._take_if("]"):
                return
            self._expect(",")

    def _value(self) -> Any:
        """Return the next value, reading as much more of the file as it needs."""
        self._peek()
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._at)
            except ValueError:
                if not self._more():
                    raise
                continue
            # A number at the end of what was read may go on.
            if end == len(self._text) and self._more():
                continue
            self._at = end
            return value

    def _peek(self) -> str:
        """Return the next character that is no blank, "" at the end; it stays to be read."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in _BLANKS:
                self._at += 1
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def _expect(self, sign: str) -> None:
        if not self._take_if(sign):
            raise ValueError(f"expected {sign}")

    def _take_if(self, sign: str) -> bool:
        is_next = self._peek() == sign
        self._at += is_next
        return is_next

    def _more(self) -> bool:
        """Read on, twice as far each time a row goes on; return whether there was more."""
        self._text = self._text[self._at :]
        self._at = 0
        if len(self._text) > MAX_ROW_CHARACTERS:
            raise ValueError("a row is too long")
        piece = self._file.read(max(_PIECE, len(self._text)))
        self._text += piece
        return bool(piece)
