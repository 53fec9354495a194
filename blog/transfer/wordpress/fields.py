"""The parts of a WXR item or channel by their names, whatever version of WXR it is."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils.functional import cached_property
from lxml import etree

_MARKUP = re.compile(r"<[^<>]{0,1000}>")
_NEVER = "0000-00-00 00:00:00"


@dataclass(frozen=True)
class Term:
    """A category or tag as an item names it."""

    domain: str
    nicename: str
    name: str


class Fields:
    """The children of an element by their local names."""

    def __init__(self, element: etree._Element) -> None:
        self._element = element
        self._texts: dict[str, str] = {}
        for child in element:
            if isinstance(child.tag, str):
                self._texts.setdefault(_name(child.tag), child.text or "")

    def text(self, name: str) -> str:
        """Return the text of the child, "" where there is none."""
        return self._texts.get(name, "")

    def words(self, name: str) -> str:
        """Return the text of a child that WordPress keeps as HTML, as plain text."""
        return plain(self.text(name))

    def number(self, name: str) -> int:
        """Return the number in the child, 0 where there is none."""
        text = self.text(name).strip()
        return int(text) if text.isdecimal() and len(text) < 16 else 0

    def when(self, name: str) -> datetime | None:
        """Return the instant in the child, taken as UTC; None for WordPress's "never"."""
        text = self.text(name).strip()
        if not text or text == _NEVER:
            return None
        try:
            return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
        except ValueError:
            return None

    def all(self, name: str) -> Iterator["Fields"]:
        """Yield the children with this local name, as fields of their own."""
        for child in self._element:
            if isinstance(child.tag, str) and _name(child.tag) == name:
                yield Fields(child)

    def count(self, name: str) -> int:
        """Return how many children have this local name."""
        return sum(1 for _ in self.all(name))

    @cached_property
    def meta(self) -> dict[str, str]:
        """The custom fields; of several with one key the first."""
        found: dict[str, str] = {}
        for meta in (*self.all("postmeta"), *self.all("termmeta")):
            found.setdefault(meta.text("meta_key"), meta.text("meta_value"))
        return found

    def terms(self) -> list[Term]:
        """Return the categories and tags of the item, in their order."""
        return [
            Term(
                domain=str(child.get("domain", "category")),
                nicename=str(child.get("nicename", "")),
                name=plain(child.text or ""),
            )
            for child in self._element.iterchildren("category")
            if child.get("nicename")
        ]


def plain(text: str) -> str:
    """Return WordPress's HTML of a title or name as plain text, its blanks as they are."""
    return html.unescape(_MARKUP.sub("", text))


def _name(tag: Any) -> str:
    """Return the local name; the two `encoded` are told apart by their namespaces."""
    name = etree.QName(tag)
    if name.localname == "encoded":
        return "excerpt" if "excerpt" in (name.namespace or "") else "content"
    return str(name.localname)
