"""HTML within Markdown: our renderer shows it as written, so what it meant is said in Markdown."""

import re

from blog.transfer import prose
from blog.transfer.from_html import Losses, to_markdown

_INLINE = re.compile(
    r"<br\s*/?>[ \t]*\n?"
    r"|<img\b[^<>]{0,2000}>"
    r"|<a\b[^<>]{0,2000}>[^<>]{0,2000}</a>"
    r"|<(?P<tag>b|strong|i|em|s|del|code|kbd|sup|sub)>[^<>\n]{0,2000}</(?P=tag)>"
    r"|</?(?:span|u|ins|small|big|font|center|mark|abbr|cite|div|p)\b[^<>]{0,500}>"
    r"|<!--.{0,2000}?-->",
    re.IGNORECASE | re.DOTALL,
)


def replace(text: str, losses: Losses) -> str:
    """Return the Markdown text with Markdown in place of its HTML."""
    text = prose.change(_blocks(text, losses), lambda words: _INLINE.sub(_inline, words))
    return prose.change(text, lambda words: re.sub(r"\n{3,}", "\n\n", words)).strip("\n")


def _blocks(text: str, losses: Losses) -> str:
    """Replace the blocks of HTML that stand by themselves."""
    lines = text.split("\n")
    for token in reversed(prose.tokens(text)):
        if token.type == "html_block" and token.level == 0 and token.map:
            start, end = token.map
            made = to_markdown("\n".join(lines[start:end]), losses)
            lines[start:end] = ["", made, ""]
    return "\n".join(lines)


def _inline(found: re.Match[str]) -> str:
    markup = found[0]
    if markup.lower().startswith("<br"):
        return "\\\n"
    if markup.startswith(("<!--", "</")) or not (found["tag"] or markup[1:2].lower() in "ia"):
        return ""
    return to_markdown(markup, Losses())
