"""Footnotes, however a system links a raised number to a line at the end, and back."""

import re

from bs4 import BeautifulSoup, Tag

from blog.transfer.from_html.converter import Converter
from blog.transfer.from_html.losses import Losses

_BACK = re.compile("^[\\s\u21a9\ufe0e\ufe0f\u2191^\u2934\xa0]*$")


def mark_footnotes(soup: BeautifulSoup, _losses: Losses) -> None:
    """Put a mark where a note is referred to, and take the notes out, to stand at the end."""
    notes: dict[str, tuple[int, Tag]] = {}
    for link in soup.find_all("a", href=re.compile("^#.")):
        if link.find_parent("sup") is None and link.find("sup") is None:
            continue
        key = str(link["href"])[1:]
        note = notes[key][1] if key in notes else soup.find(id=key)
        if not isinstance(note, Tag) or note.name not in ("li", "p", "div", "aside", "dd"):
            continue
        number = notes.setdefault(key, (len(notes) + 1, note))[0]
        outer = link.find_parent("sup") or link
        mark = soup.new_tag("footnote-mark", attrs={"number": str(number)})
        outer.replace_with(mark)
    for number, note in notes.values():
        _take_out(soup, number, note)


def definitions(soup: BeautifulSoup) -> str:
    """Return the Markdown of the notes that `mark_footnotes` took out of the text."""
    written = []
    for note in soup.find_all("footnote-note"):
        words = Converter().convert_soup(note).strip().replace("\n", "\n    ")
        written.append(f"[^{note['number']}]: {words}")
    return "\n\n" + "\n\n".join(written) if written else ""


def _take_out(soup: BeautifulSoup, number: int, note: Tag) -> None:
    for back in note.find_all("a", href=re.compile("^#")):
        if _BACK.match(back.get_text()) or "backref" in " ".join(back.get("class") or []):
            back.decompose()
    parent = note.parent
    note.extract()
    holder = soup.new_tag("footnote-note", attrs={"number": str(number)})
    holder.extend(list(note.contents))
    soup.append(holder)
    _drop_empty(parent)


def _drop_empty(tag: Tag | None) -> None:
    """Remove the list of notes once it is empty, with the rule above it."""
    while tag is not None and tag.name in ("ol", "ul", "section", "div", "aside"):
        if tag.get_text(strip=True) or tag.find("img"):
            return
        before, outer = tag.find_previous_sibling(), tag.parent
        if before is not None and before.name == "hr":
            before.decompose()
        tag.decompose()
        tag = outer
