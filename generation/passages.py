"""A Markdown text in passages that can be worked on side by side, and the bones it must keep."""

import re
from collections import Counter
from dataclasses import dataclass
from html import unescape

from markdown_it import MarkdownIt

from blog import rendering

# Long enough for a passage to have its context, short enough to be answered in one piece.
CHARACTERS = 4_000
_MARKDOWN = MarkdownIt("commonmark").enable("table")
_LINK = re.compile(r'(?:href|src)="([^"#][^"]*)"')
# Also where it is no link, such as in code.
_WRITTEN = re.compile(r"(?:https?://|www\.)[^\s<>()\[\]\"'`|]+", re.IGNORECASE)
_BONES = {
    "headings": re.compile(r"<h[1-6]\b"),
    "blocks of code": re.compile(r"<pre\b"),
    "images": re.compile(r"<img\b"),
    "tables": re.compile(r"<table\b"),
    "footnote marks": re.compile(r'class="footnote-ref"'),
}


@dataclass(frozen=True)
class Block:
    """An outermost block as it is written; `kind` in the words of markdown-it."""

    text: str
    kind: str


@dataclass(frozen=True)
class Bones:
    """What of a text is the same in every language."""

    addresses: frozenset[str]
    counts: Counter[str]


def split(body: str, *, characters: int = CHARACTERS) -> list[str]:
    """Return the blocks of a text in passages of about so many characters, cut before headings.

    A block stays whole, however long it is; joined by empty lines they are the text again.
    """
    found: list[str] = []
    for block in blocks(body):
        is_full = found and len(found[-1]) + len(block.text) > characters
        is_turn = block.kind == "heading" and found and len(found[-1]) > characters // 2
        if not found or is_full or is_turn:
            found.append(block.text)
        else:
            found[-1] += f"\n\n{block.text}"
    return found


def bones(body: str) -> Bones:
    """Return the addresses in a text, and how many it has of what must not get lost."""
    html = rendering.render_markdown(body)
    written = {one.rstrip(".,;:!?*_~") for one in _WRITTEN.findall(body)}
    return Bones(
        addresses=frozenset({*map(unescape, _LINK.findall(html)), *written}),
        counts=Counter({name: len(bone.findall(html)) for name, bone in _BONES.items()}),
    )


def blocks(body: str) -> list[Block]:
    """Return the outermost blocks of a text, in order."""
    lines = body.replace("\r\n", "\n").split("\n")
    tops = [one for one in _MARKDOWN.parse("\n".join(lines)) if one.map and one.level == 0]
    if not tops:
        return []
    starts = [token.map[0] for token in tops if token.map]
    # What no token has, such as the addresses of links, stays with what stands before it.
    ends = [*starts[1:], len(lines)]
    starts[0] = 0
    texts = [
        "\n".join(lines[start:end]).strip("\n") for start, end in zip(starts, ends, strict=True)
    ]
    return [
        Block(text, top.type.removesuffix("_open"))
        for text, top in zip(texts, tops, strict=True)
        if text.strip()
    ]
