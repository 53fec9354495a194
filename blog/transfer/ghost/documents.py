"""Ghost's two document formats, Lexical and Mobiledoc, as Markdown.

An export carries the HTML that Ghost made of them, which is preferred; these are for texts that are
one card of Markdown, which comes as it was written, and for exports without HTML.
"""

import html
import json
from collections.abc import Iterable
from typing import Any

from blog.transfer.from_html import Losses, to_markdown
from blog.transfer.ghost.cards import card

_FORMATS = [(1, "strong"), (2, "em"), (4, "s"), (16, "code"), (32, "sub"), (64, "sup")]
_BLOCKS = {
    "paragraph": "p",
    "quote": "blockquote",
    "extended-quote": "blockquote",
    "aside": "blockquote",
    "listitem": "li",
}
_MARKDOWN_CARDS = {"markdown", "card-markdown"}

# Stretches of a document, each either Markdown as written or HTML.
Parts = list[tuple[bool, str]]


def parts_of(lexical: str, mobiledoc: str, losses: Losses) -> Parts:
    """Return the stretches of a document; none where it is empty or damaged."""
    for text, read in ((lexical, _lexical), (mobiledoc, _mobiledoc)):
        try:
            document = json.loads(text) if text else None
            if isinstance(document, dict):
                return read(document, losses)
        except (ValueError, TypeError, KeyError, IndexError, AttributeError):
            losses["a part of the text that is damaged"] += 1
    return []


def markdown_of(parts: Parts, losses: Losses) -> str:
    """Return the whole as Markdown."""
    written, run = [], ""
    for is_markdown, text in [*parts, (True, "")]:
        if not is_markdown:
            run += text
            continue
        written += [to_markdown(run, losses) if run else "", text]
        run = ""
    return "\n\n".join(text for text in written if text.strip())


def only_markdown(parts: Parts) -> str | None:
    """Return the text of a document that is nothing but one card of Markdown."""
    return parts[0][1] if len(parts) == 1 and parts[0][0] else None


def _lexical(document: dict[str, Any], losses: Losses) -> Parts:
    parts: Parts = []
    for node in document["root"]["children"]:
        if node["type"] in _MARKDOWN_CARDS:
            parts.append((True, str(node.get("markdown") or "")))
        else:
            parts.append((False, _node(node, losses)))
    return parts


def _node(node: dict[str, Any], losses: Losses) -> str:
    kind = str(node["type"])
    if kind in ("text", "extended-text"):
        return _formatted(node)
    if kind in ("linebreak", "tab"):
        return "<br>" if kind == "linebreak" else " "
    inner = "".join(_node(child, losses) for child in node.get("children") or [])
    if kind in ("heading", "extended-heading"):
        return f"<h{_level(node)}>{inner}</h{_level(node)}>"
    if kind in ("link", "autolink"):
        return f'<a href="{html.escape(str(node.get("url") or ""))}">{inner}</a>'
    if kind == "list":
        tag = "ol" if node.get("listType") == "number" else "ul"
        return f"<{tag}>{inner}</{tag}>"
    if tag := _BLOCKS.get(kind, ""):
        return f"<{tag}>{inner}</{tag}>"
    return inner or card(kind, node, losses)


def _level(node: dict[str, Any]) -> int:
    tag = str(node.get("tag") or "h2")
    return int(tag[1]) if tag in {"h1", "h2", "h3", "h4", "h5", "h6"} else 2


def _formatted(node: dict[str, Any]) -> str:
    text = html.escape(str(node.get("text") or ""), quote=False)
    format_ = node.get("format")
    for bit, tag in _FORMATS:
        if isinstance(format_, int) and format_ & bit:
            text = f"<{tag}>{text}</{tag}>"
    return text


def _mobiledoc(document: dict[str, Any], losses: Losses) -> Parts:
    parts: Parts = []
    for section in document["sections"]:
        kind = section[0]
        if kind == 1:
            parts.append((False, f"<{section[1]}>{_markers(section[2], document)}</{section[1]}>"))
        elif kind == 2:
            parts.append((False, f'<img src="{html.escape(str(section[1]))}">'))
        elif kind == 3:
            items = (f"<li>{_markers(item, document)}</li>" for item in section[2])
            parts.append((False, f"<{section[1]}>{''.join(items)}</{section[1]}>"))
        elif kind == 10:
            name, payload = document["cards"][section[1]]
            is_markdown = name in _MARKDOWN_CARDS
            words = (
                str(payload.get("markdown") or "") if is_markdown else card(name, payload, losses)
            )
            parts.append((is_markdown, words))
    return parts


def _markers(markers: Iterable[list[Any]], document: dict[str, Any]) -> str:
    """Return the HTML of a line: each marker opens some markups, says something, closes some."""
    written: list[str] = []
    opened: list[str] = []
    for kind, opens, closes, value in markers:
        for index in opens:
            tag, *attributes = document["markups"][index]
            named = dict(zip(*[iter(attributes[0] if attributes else [])] * 2, strict=False))
            href = html.escape(str(named.get("href", "")))
            written.append(f'<{tag} href="{href}">' if tag == "a" else f"<{tag}>")
            opened.append(str(tag))
        if kind == 1:
            name, text, *_ = document["atoms"][value]
            written.append("<br>" if name == "soft-return" else html.escape(str(text)))
        else:
            written.append(html.escape(str(value), quote=False))
        written += [f"</{opened.pop()}>" for _ in range(min(closes, len(opened)))]
    return "".join(written)
