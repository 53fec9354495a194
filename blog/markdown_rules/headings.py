"""Headings form an outline below the page's own title, and each can be linked to."""

from collections import Counter

from django.utils.text import slugify
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from blog.markdown_rules.tokens import neighbours, words_of

_DEEPEST = 6
_SLUG_CHARACTERS = 60


def arrange_headings(state: StateCore) -> None:
    """Give each heading the level of its place in the outline, and a unique id; none is empty."""
    state.tokens = _without_empty(state.tokens)
    outline: list[int] = []
    seen: Counter[str] = Counter()
    for opening, inline, closing in neighbours(state.tokens, 3):
        if opening.type == "heading_open":
            opening.tag = closing.tag = _place(outline, int(opening.tag[1]))
            opening.attrSet("id", _anchor(words_of(inline.children), seen))


def _place(outline: list[int], level: int) -> str:
    # The title of the page is h1. Nobody who listens to a page can follow a level left out.
    while outline and outline[-1] >= level:
        outline.pop()
    outline.append(level)
    return f"h{min(1 + len(outline), _DEEPEST)}"


def _anchor(words: str, seen: Counter[str]) -> str:
    slug = slugify(words, allow_unicode=True)[:_SLUG_CHARACTERS].strip("-_") or "section"
    seen[slug] += 1
    # No slug holds two hyphens in a row, so the numbered ids meet no other heading's.
    return f"h-{slug}" if seen[slug] == 1 else f"h-{slug}--{seen[slug]}"


def _without_empty(tokens: list[Token]) -> list[Token]:
    kept: list[Token] = []
    for token in tokens:
        kept.append(token)
        if token.type == "heading_close" and not words_of(kept[-2].children).strip():
            _demote(kept)
    return kept


def _demote(tokens: list[Token]) -> None:
    """Make a paragraph of the heading at the end of `tokens`; nothing, if it holds nothing."""
    opening, inline, closing = tokens[-3:]
    opening.type, closing.type = "paragraph_open", "paragraph_close"
    opening.tag = closing.tag = "p"
    if not any(token.type == "image" for token in inline.children or []):
        del tokens[-3:]
