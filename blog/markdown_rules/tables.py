"""Tables that scroll by themselves, also for those who use the keyboard or listen."""

from collections.abc import Sequence
from typing import Any

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from blog.markdown_rules.tokens import attribute, neighbours, words_of

_LABEL_CHARACTERS = 100


def arrange_tables(state: StateCore) -> None:
    """Name each table after its columns; say alignment by class; make no heading of nothing."""
    table: Token | None = None
    for opening, inline, closing in neighbours(state.tokens, 3):
        if opening.type == "table_open":
            table = opening
            table.meta["columns"] = []
        if opening.type not in ("th_open", "td_open"):
            continue
        # The pages' policy allows no inline style.
        if style := opening.attrs.pop("style", None):
            opening.attrSet("class", str(style).replace("text-align:", "align-"))
        if opening.type == "th_open":
            words = " ".join(words_of(inline.children).split())
            if words and table:
                table.meta["columns"].append(words)
            else:
                opening.tag = closing.tag = "td"


def _open_table(_renderer: Any, tokens: Sequence[Token], index: int, *_: Any) -> str:
    label = ", ".join(tokens[index].meta["columns"])[:_LABEL_CHARACTERS].strip(" ,")
    name = ' role="group"' + attribute("aria-label", label) if label else ""
    return f'<div class="table" tabindex="0"{name}><table>\n'


def _close_table(*_: Any) -> str:
    return "</table></div>\n"


RENDER_RULES = {"table_open": _open_table, "table_close": _close_table}
