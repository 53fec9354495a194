"""A post and what a model wants changed in it: nothing moves but what it names, and what it may.

Only paragraphs, lists and quotations may be changed or taken out. Headings, pictures, code, tables
and footnotes stay as people know them, and a changed paragraph keeps its footnote marks.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from generation import passages
from generation.passages import Block
from generation.schemas import Addition, Piece, Refresh, Section

_CHANGEABLE = {"paragraph", "bullet_list", "ordered_list", "blockquote"}
_NOTE = re.compile(r"^\[\^[^\]\s]+\]:", re.MULTILINE)
_FIXED = re.compile(r"^\s*(?:\[[^\]]+\]:|:::)|!\[|```|~~~", re.MULTILINE)
_MARK = re.compile(r"\[\^[^\]\s]+\](?!:)")


@dataclass(frozen=True)
class Revised:
    """The pieces of the post in order, and the ids of changes that were refused."""

    pieces: list[Piece]
    refused: list[str]


def numbered(body: str) -> dict[str, Block]:
    """Return the blocks of a text by their ids, B1, B2, ... in order."""
    return {f"B{number}": block for number, block in enumerate(passages.blocks(body), 1)}


def is_changeable(block: Block) -> bool:
    """Whether a model may put other words in its place."""
    return block.kind in _CHANGEABLE and not _FIXED.search(block.text)


def without_marks(text: str) -> str:
    """Return a text without its footnote marks: they are set by us."""
    return _MARK.sub("", text).strip()


def apply(refresh: Refresh, body: str) -> Revised:
    """Return the text with the changes that may be made."""
    blocks = numbered(body)
    changes = {change.id: change.paragraph for change in refresh.changes}
    may_change = {name for name, block in blocks.items() if is_changeable(block)}
    refused = [name for name in [*changes, *refresh.removed] if name not in may_change]
    refused += [one.after for one in refresh.additions if one.after not in blocks]
    behind = _places(refresh.additions, blocks)
    pieces: list[Piece] = []
    for name, block in blocks.items():
        if name in changes and name not in refused:
            section = Section(heading="", paragraphs=[changes[name]])
            marks = "".join(dict.fromkeys(_MARK.findall(block.text)))
            pieces.append(Piece(kept=block.text, section=section, marks=marks))
        elif name not in refresh.removed or name in refused:
            pieces.append(Piece(kept=block.text))
        pieces += behind.get(name, [])
    return Revised(pieces, list(dict.fromkeys(refused)))


def _places(additions: Iterable[Addition], blocks: dict[str, Block]) -> dict[str, list[Piece]]:
    """The additions by the block behind which they come; none comes behind the sources."""
    names = list(blocks)
    last = _last_of_the_text(list(blocks.values()))
    found: dict[str, list[Piece]] = {}
    for one in additions:
        if one.after in blocks and names:
            place = names[min(names.index(one.after), last)]
            section = Section(heading=one.heading, paragraphs=one.paragraphs)
            found.setdefault(place, []).append(Piece(section=section))
    return found


def _last_of_the_text(blocks: list[Block]) -> int:
    """The place of the last block before the footnotes and the heading above them."""
    notes = next((n for n, one in enumerate(blocks) if _NOTE.match(one.text)), len(blocks))
    is_headed = 0 < notes < len(blocks) and blocks[notes - 1].kind == "heading"
    return max(0, notes - 1 - is_headed)


def has_notes(body: str) -> bool:
    """Whether the text explains footnotes."""
    return _NOTE.search(body) is not None


def note_for(url: str, body: str) -> str:
    """Return the mark of the footnote that leads to `url` already, or ""."""
    for line in body.splitlines():
        if url and f"({url})" in line and (found := re.match(r"\[\^[^\]\s]+\](?=:)", line)):
            return found[0]
    return ""


def next_number(body: str) -> int:
    """Return the first number that no footnote has."""
    return 1 + max((int(number) for number in re.findall(r"\[\^(\d{1,6})\]", body)), default=0)
