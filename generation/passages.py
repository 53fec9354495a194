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
class Bones:
    """What of a text is the same in every language."""

    addresses: frozenset[str]
    counts: Counter[str]


def split(body: str, *, characters: int = CHARACTERS) -> list[str]:
    """Return the blocks of a text in passages of about so many characters, cut before headings.

    A block stays whole, however long it is; joined by empty lines they are the text again.
    """
    found: list[str] = []
    for block, is_heading in _blocks(body):
        is_full = found and len(found[-1]) + len(block) > characters
        if not found or is_full or (is_heading and len(found[-1]) > characters // 2):
            found.append(block)
        else:
            found[-1] += f"\n\n{block}"
    return found


def bones(body: str) -> Bones:
    """Return the addresses in a text, and how many it has of what must not get lost."""
    html = rendering.render_markdown(body)
    written = {one.rstrip(".,;:!?*_~") for one in _WRITTEN.findall(body)}
    return Bones(
        addresses=frozenset({*map(unescape, _LINK.findall(html)), *written}),
        counts=Counter({name: len(bone.findall(html)) for name, bone in _BONES.items()}),
    )


def _blocks(body: str) -> list[tuple[str, bool]]:
    """The outermost blocks, and whether each is a heading."""
    lines = body.replace("\r\n", "\n").split("\n")
    tops = [one for one in _MARKDOWN.parse("\n".join(lines)) if one.map and one.level == 0]
    starts = [token.map[0] for token in tops if token.map]
    # What no token has, such as the addresses of links, stays with what stands before it.
    ends = [*starts[1:], len(lines)]
    starts[:1] = [0] if starts else []
    blocks = [
        "\n".join(lines[start:end]).strip("\n") for start, end in zip(starts, ends, strict=True)
    ]
    found = [(text, top.type == "heading_open") for text, top in zip(blocks, tops, strict=True)]
    return [(text, is_heading) for text, is_heading in found if text.strip()]
