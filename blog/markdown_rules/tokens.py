"""How the rules read and write markdown-it's tokens."""

from collections.abc import Iterable, Iterator

from markdown_it.common.utils import escapeHtml
from markdown_it.token import Token


def words_of(tokens: Iterable[Token] | None) -> str:
    """Return what is to be read in inline `tokens`; a picture is read by its description."""
    return "".join(
        words_of(token.children) if token.type == "image" else token.content
        for token in tokens or ()
        if token.type in ("text", "code_inline", "image")
    )


def neighbours(tokens: list[Token], count: int) -> Iterator[tuple[Token, ...]]:
    """Yield each row of `count` tokens that stand one after the other."""
    return zip(*(tokens[start:] for start in range(count)), strict=False)


def markup(html: str) -> Token:
    """Return a token that stands for our own `html`."""
    return Token("html_inline", "", 0, content=html)


def text(content: str) -> Token:
    """Return a token of plain text."""
    return Token("text", "", 0, content=content)


def attribute(name: str, value: str) -> str:
    """Return ` name="value"`, safe inside a tag; nothing where there is no value."""
    return f' {name}="{escapeHtml(value)}"' if value else ""
