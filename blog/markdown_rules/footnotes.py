"""Footnotes: there and back, in the words that a screen reader has for them in each language."""

from collections.abc import Sequence
from typing import Any

from markdown_it.token import Token


def _caption(_renderer: Any, tokens: Sequence[Token], index: int, *_: Any) -> str:
    return str(tokens[index].meta["id"] + 1)


def _reference(_renderer: Any, tokens: Sequence[Token], index: int, *_: Any) -> str:
    number = tokens[index].meta["id"] + 1
    return (
        f'<sup class="footnote-ref"><a href="#fn{number}" id="fnref{_mark(tokens[index])}"'
        f' role="doc-noteref">{number}</a></sup>'
    )


def _open_notes(*_: Any) -> str:
    # No section: that one wants a heading, in the language of a text that has not said it.
    return (
        '<hr class="footnotes-sep">\n<div class="footnotes" role="doc-endnotes">\n'
        '<ol class="footnotes-list">\n'
    )


def _close_notes(*_: Any) -> str:
    return "</ol>\n</div>\n"


def _way_back(_renderer: Any, tokens: Sequence[Token], index: int, *_: Any) -> str:
    number = tokens[index].meta["id"] + 1
    # The role says "back"; the text variant of the arrow keeps phones from drawing an emoji.
    return (
        f' <a href="#fnref{_mark(tokens[index])}" class="footnote-backref" role="doc-backlink"'
        f' aria-label="\u21a9 {number}">\u21a9\ufe0e</a>'
    )


def _mark(token: Token) -> str:
    number, sub = token.meta["id"] + 1, token.meta.get("subId", 0)
    return f"{number}:{sub}" if sub > 0 else str(number)


RENDER_RULES = {
    "footnote_caption": _caption,
    "footnote_ref": _reference,
    "footnote_block_open": _open_notes,
    "footnote_block_close": _close_notes,
    "footnote_anchor": _way_back,
}
