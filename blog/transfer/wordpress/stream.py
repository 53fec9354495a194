"""Cuts a WXR file into its items, so that each is parsed alone: memory stays flat whatever the size
of the file, and an item that is no XML harms no other.

An item may be hostile, so nothing here expands anything: a document type, which is where entities
are declared, is refused before any parser sees it, and characters that no XML may hold are dropped.
"""

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from html.entities import html5
from typing import BinaryIO

from lxml import etree

from blog.transfer.reading import FormatRefused

MAX_ITEM_BYTES = 32_000_000
_PIECE = 1 << 18
_CONTROLS = bytes({*range(32)} - {9, 10, 13})
_TOKEN = re.compile(rb"<!\[CDATA\[|<!--|<item[\s>]|</item>|<!DOCTYPE|<!ENTITY")
_ITEM_START = re.compile(rb"(?m)^\s*<item>")
_LONGEST_TOKEN = 10
_ENDS = {b"<![CDATA[": b"]]>", b"<!--": b"-->"}
_ROOT = re.compile(rb"<rss\b[^>]*>")
_DECLARATION = re.compile(rb"<\?xml\b[^>]*\?>")
_CDATA = re.compile(rb"(<!\[CDATA\[.*?\]\]>)", re.DOTALL)
_STRAY = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)(?:(\w{2,31});)?")


@dataclass(frozen=True)
class Piece:
    """A part of the file: its beginning (before the first item), or one item."""

    content: bytes
    is_item: bool = True
    # It was longer than is read; `content` is its beginning.
    is_too_long: bool = False
    # The file ends within it.
    is_cut: bool = False

    def apart(self) -> list["Piece"]:
        """Return the items that ran into each other because a quoted text was never closed."""
        parts = _ITEM_START.split(self.content)
        return [Piece(b"<item>" + part) for part in parts if part.strip()]


class Splitter:
    """Finds where items begin and end, and what looks like it within quoted text."""

    def __init__(self) -> None:
        self._content = bytearray()
        self._in_item = False
        self._is_too_long = False
        self._waits_for = b""

    def split(self, file: BinaryIO) -> Iterator[Piece]:
        """Yield the beginning of the file, then its items. Raises FormatRefused."""
        rest = b""
        while piece := file.read(_PIECE):
            rest = yield from self._feed(rest + piece.translate(None, _CONTROLS))
        self._keep(rest)
        yield self._take(is_item=self._in_item, is_cut=self._in_item)

    def _feed(self, data: bytes) -> Generator[Piece, None, bytes]:
        at = 0
        while True:
            if self._waits_for:
                end = data.find(self._waits_for, at)
                if end < 0:
                    return self._hold_back(data, at, len(self._waits_for) - 1)
                at = self._keep(data[at : end + 3], until=end + 3)
                self._waits_for = b""
                continue
            found = _TOKEN.search(data, at)
            if found is None:
                return self._hold_back(data, at, _LONGEST_TOKEN - 1)
            at = yield from self._meet(found, data, at)

    def _meet(self, found: re.Match[bytes], data: bytes, at: int) -> Generator[Piece, None, int]:
        token = found[0]
        if token in (b"<!DOCTYPE", b"<!ENTITY"):
            raise FormatRefused(
                "The file declares a document type of its own. No WordPress export does, and such"
                " declarations are a known way to attack whoever reads them; it was not read."
            )
        if token.startswith(b"<item"):
            self._keep(data[at : found.start()])
            if not self._in_item:
                yield self._take(is_item=False)
            self._in_item = True
            return self._keep(b"<item", until=found.end() - 1)
        self._keep(data[at : found.end()])
        self._waits_for = _ENDS.get(token, b"")
        if token == b"</item>" and self._in_item:
            yield self._take()
            self._in_item = False
        return found.end()

    def _keep(self, more: bytes, *, until: int = 0) -> int:
        if len(self._content) + len(more) > MAX_ITEM_BYTES:
            self._is_too_long = True
        elif not self._is_too_long:
            self._content += more
        return until

    def _hold_back(self, data: bytes, at: int, length: int) -> bytes:
        """Keep all but the last bytes: a token may begin there and end in the next piece."""
        cut = max(at, len(data) - length)
        self._keep(data[at:cut])
        return data[cut:]

    def _take(self, *, is_item: bool = True, is_cut: bool = False) -> Piece:
        piece = Piece(bytes(self._content), is_item, self._is_too_long, is_cut)
        self._content.clear()
        self._is_too_long = False
        return piece


@dataclass(frozen=True)
class Frame:
    """What stands around every item: the declaration and the root with its namespaces."""

    declaration: bytes
    root: bytes

    @classmethod
    def of(cls, head: bytes) -> "Frame":
        """Return the frame of a file that begins with `head`. Raises FormatRefused."""
        root = _ROOT.search(head)
        if root is None or b"wordpress.org/export" not in head:
            raise FormatRefused(
                "This is no WordPress export. In WordPress choose Tools → Export → All content,"
                " and give the .xml file that you get."
            )
        declaration = _DECLARATION.search(head)
        return cls(declaration[0] if declaration else b"", root[0])

    def parse_head(self, head: bytes) -> etree._Element:
        """Return the channel with bylines and terms. Raises FormatRefused."""
        start = head.index(self.root)
        root, _ = _parse(self.declaration + head[start:] + b"</channel></rss>")
        channel = root.find("channel") if root is not None else None
        if channel is None:
            raise FormatRefused("The beginning of the file can't be read as XML.")
        return channel

    def parse_item(self, item: bytes) -> tuple[etree._Element, bool]:
        """Return the element of an item, and whether it had to be mended.

        Raises ValueError.
        """
        root, is_mended = _parse(self.declaration + self.root + item + b"</rss>")
        element = root.find("item") if root is not None else None
        if element is None:
            raise ValueError("It can't be read as XML.")
        return element, is_mended


def _parse(document: bytes) -> tuple[etree._Element | None, bool]:
    try:
        return etree.fromstring(document, _parser()), False
    except (etree.XMLSyntaxError, ValueError):
        parts = _CDATA.split(document)
        parts[::2] = [_STRAY.sub(_as_number, part) for part in parts[::2]]
        try:
            return etree.fromstring(b"".join(parts), _parser(recover=True)), True
        except (etree.XMLSyntaxError, ValueError):
            return None, True


def _parser(*, recover: bool = False) -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=recover
    )


def _as_number(found: re.Match[bytes]) -> bytes:
    """Write an HTML entity that XML does not know as numbers, and any other ampersand as itself."""
    name = (found[1] or b"").decode("ascii", "ignore")
    letters = html5.get(f"{name};", "")
    if letters:
        return b"".join(b"&#%d;" % ord(letter) for letter in letters)
    return b"&amp;" + found[0][1:]
