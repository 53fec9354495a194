"""Task lists: items with a box that shows, to every sense, whether they are done."""

import re

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from blog.markdown_rules.tokens import markup, neighbours, words_of

_MARK = re.compile(r"\[([ xX])\]\s+")


def make_tasks(state: StateCore) -> None:
    """Turn list items that begin with [ ] or [x] into labelled, disabled checkboxes."""
    for item, paragraph, inline in neighbours(state.tokens, 3):
        if (item.type, paragraph.type) == ("list_item_open", "paragraph_open"):
            _make_task(item, inline)


def _make_task(item: Token, inline: Token) -> None:
    match = _MARK.match(inline.content)
    children = inline.children or []
    if not match or not children or children[0].type != "text":
        return
    # A box without words would be nameless to who cannot see it.
    if not words_of(children)[match.end() :].strip():
        return
    item.attrSet("class", "task")
    children[0].content = children[0].content[match.end() :]
    checked = "checked " if match[1] != " " else ""
    box = markup(f'<label><input type="checkbox" {checked}disabled> ')
    inline.children = [box, *children, markup("</label>")]
