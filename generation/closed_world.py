"""A text may only lead where its sources or this blog already are; markup has no other way in.

Model text is read as Markdown of one line and written anew from what may stay: words, emphasis,
code, and links into the closed world. HTML and images fall away, and what remains can't turn into
markup, because everything that could is escaped.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from linkify_it import LinkifyIt
from markdown_it import MarkdownIt
from markdown_it.token import Token

from blog import destinations

_MARKDOWN = MarkdownIt("commonmark", {"linkify": False})
# With the younger endings that it does not know of itself.
_YOUNG = "app blog click cloud dev link live news online shop site space store tech top xyz"
_LINKS = LinkifyIt().tlds(_YOUNG.split(), keep_old=True)
# What another reader of links could take for one: an address stuck to the character before it.
_LEFT_OVER = re.compile(r"(?:https?|ftp)://\S*|//[\w-]+(?:\.[\w-]+)+\S*|mailto:\S+", re.IGNORECASE)
_SPECIAL = re.compile(r"[\\`*\[\]<~|]|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w+;)|!(?=\[)")
_BLOCK_START = re.compile(r"^(?:\d{1,9}(?=[.)](?:\s|$))|[-+](?=[\s-]|$)|#{1,6}(?=\s|$)|>|=+$|:{3})")
# Names of files that end like the domain of a country.
_FILE_NAME = re.compile(r"[\w.-]+\.(?:py|md|rs|sh|pl|ps|cc|so|ml|mk|pm|am|la|in)", re.IGNORECASE)


@dataclass(frozen=True)
class Closed:
    """Text of one line as safe Markdown, and the addresses that had to go."""

    text: str
    removed: list[str]


def close(text: str, *, is_allowed: Callable[[str], bool]) -> Closed:
    """Return `text` as inline Markdown whose links all satisfy `is_allowed`."""
    removed: list[str] = []
    tokens = _MARKDOWN.parseInline(text)[0].children or []
    written = " ".join(_write(tokens, is_allowed, removed).split())
    if removed:
        written = _tidy(written)
    return Closed(_BLOCK_START.sub(_escape_start, written), removed)


def vouched_for(texts: Sequence[str], urls: Sequence[str]) -> Callable[[str], bool]:
    """Return the test whether an address is in the sources, or a live page of this blog."""
    known = {_address(url) for url in urls} - {""}
    folded = [text.casefold() for text in texts]

    def is_allowed(url: str) -> bool:
        if destinations.is_page(url):
            return True
        address = _address(url)
        if not address or address in known:
            return bool(address)
        mention = re.compile(
            rf"(?<![\w.@-])(?:www\.)?{re.escape(address.casefold())}/?(?![\w/?#%=&@-]|\.\w)"
        )
        return any(mention.search(text) for text in folded)

    return is_allowed


def plain(text: str) -> str:
    """Return the bare words of a text of one line: no markup, no addresses."""
    tokens = _MARKDOWN.parseInline(text)[0].children or []
    kept = (token.content for token in tokens if token.type in ("text", "code_inline"))
    words = " ".join("".join(kept).split())
    for found in reversed(_LINKS.match(words) or []):
        if found.schema or found.raw.startswith("www."):
            words = words[: found.index] + words[found.last_index :]
    return _tidy(_LEFT_OVER.sub("", words))


def _write(tokens: list[Token], is_allowed: Callable[[str], bool], removed: list[str]) -> str:
    """Write the tokens that may stay."""
    written: list[str] = []
    links: list[str] = []
    for token in tokens:
        match token.type:
            case "text":
                # Within a link's own text, nothing becomes a link.
                written.append(_text(token.content, is_allowed, removed, is_linked=bool(links)))
            case "code_inline":
                written.append(code(token.content))
            case "strong_open" | "strong_close" | "em_open" | "em_close":
                written.append("**" if token.type.startswith("strong") else "*")
            case "link_open":
                links.append(_destination(token, is_allowed, removed))
                written.append("[" if links[-1] else "")
            case "link_close":
                url = links.pop() if links else ""
                written.append(f"](<{url}>)" if url else "")
            case "image":
                removed.append(str(token.attrGet("src") or ""))
            case "softbreak" | "hardbreak":
                written.append(" ")
    return "".join(written)


def _destination(token: Token, is_allowed: Callable[[str], bool], removed: list[str]) -> str:
    url = str(token.attrGet("href") or "")
    if is_allowed(url) and not re.search(r"[<>\s\\]", url):
        return url
    removed.append(url)
    return ""


def _text(
    text: str, is_allowed: Callable[[str], bool], removed: list[str], *, is_linked: bool
) -> str:
    """Plain words; what a renderer would make a link of is vouched for, made code, or gone."""
    written: list[str] = []
    position = 0
    for found in _LINKS.match(text) or []:
        written.append(_words(text[position : found.index], removed))
        position = found.last_index
        if _FILE_NAME.fullmatch(found.raw) and not found.schema:
            written.append(code(found.raw))
        elif not is_allowed(found.url):
            removed.append(found.raw)
        else:
            written.append(
                f"<{found.url}>" if found.schema and not is_linked else escape(found.raw)
            )
    written.append(_words(text[position:], removed))
    return "".join(written)


def _words(text: str, removed: list[str]) -> str:
    removed.extend(_LEFT_OVER.findall(text))
    return escape(_LEFT_OVER.sub("", text))


def escape(text: str) -> str:
    """Return plain text as Markdown that shows exactly this text."""
    return _BLOCK_START.sub(_escape_start, _SPECIAL.sub(lambda match: f"\\{match[0]}", text))


def code(text: str) -> str:
    """Return text as inline code, whatever is in it."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    ticks = "`" * (longest + 1)
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{space}{text}{space}{ticks}"


def _escape_start(match: re.Match[str]) -> str:
    """A mark at the beginning of a line that would begin a list, a heading or a quotation."""
    found = match[0]
    return f"{found}\\" if found.isdigit() else f"\\{found}"


def _tidy(text: str) -> str:
    """What is left around a removed address, without the gap."""
    text = re.sub(r"\*{4,}|\(\s*\)", "", text)
    return " ".join(re.sub(r"\s+([.,;:!?])(?=\s|$)", r"\1", text).split())


def _address(url: str) -> str:
    """A web address as one compares it: without scheme, www., fragment and final slash, or ""."""
    try:
        parts = urlsplit(url if "//" in url else f"//{url.removeprefix('mailto:')}")
    except ValueError:
        return ""
    if parts.scheme not in ("", "http", "https"):
        return ""
    host = parts.netloc.lower().removeprefix("www.")
    query = f"?{parts.query}" if parts.query else ""
    return f"{host}{parts.path.rstrip('/')}{query}" if host else ""
