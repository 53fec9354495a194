"""Code: coloured where its language is known, from left to right, scrolling by itself."""

from collections.abc import Sequence
from typing import Any

from markdown_it.common.utils import escapeHtml, unescapeAll
from markdown_it.token import Token

from blog import code_colours
from blog.allowed_html import PATTERNS
from blog.markdown_rules.tokens import attribute


def _fence(_renderer: Any, tokens: Sequence[Token], index: int, _options: Any, env: Any) -> str:
    token = tokens[index]
    language = next(iter(unescapeAll(token.info).split()), "")
    # One budget for all the blocks of a text: see blog.code_colours.
    left = env.setdefault("colour_budget", code_colours.MAX_CHARACTERS)
    html = code_colours.colour(token.content, language) if len(token.content) <= left else None
    if html is not None:
        env["colour_budget"] = left - len(token.content)
    return _block(html or escapeHtml(token.content), language)


def _block(html: str, language: str) -> str:
    css_class = f"language-{language}"
    name = attribute("class", css_class) if PATTERNS["class"].fullmatch(css_class) else ""
    label = ' role="group"' + attribute("aria-label", language) if name else ""
    return f'<pre tabindex="0" dir="ltr"{label}><code dir="ltr"{name}>{html}</code></pre>\n'


def _indented(_renderer: Any, tokens: Sequence[Token], index: int, *_: Any) -> str:
    return _block(escapeHtml(tokens[index].content), "")


def _inline(_renderer: Any, tokens: Sequence[Token], index: int, *_: Any) -> str:
    return f'<code dir="ltr">{escapeHtml(tokens[index].content)}</code>'


RENDER_RULES = {"fence": _fence, "code_block": _indented, "code_inline": _inline}
