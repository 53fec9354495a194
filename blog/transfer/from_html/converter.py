"""markdownify with the forms of our own Markdown, and no more backslashes than a text needs."""

import re
from typing import Any
from urllib.parse import quote

from bs4 import Tag
from bs4.element import NavigableString
from markdownify import MarkdownConverter

_RAISED = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_LOWERED = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
_LANGUAGE = re.compile(r"(?:^|\s)(?:language|lang|highlight-source|brush:)[-\s]?([\w+#.-]{1,30})")
# A bare address stays as it is; what would be markup gets a backslash.
_SPECIAL = re.compile(
    r"(?P<url>https?://[^\s<>]+)"
    r"|(?P<always>[\\`*])"
    r"|(?P<edge>(?<![^\W_])_|_(?![^\W_]))"
    r"|(?P<strike>~~)"
    r"|(?P<link>\[(?=\^)|\](?=[(:\[]))"
    r"|(?P<tag><(?=[A-Za-z/!?]))"
    r"|(?P<entity>&(?=#?\w{1,32};))"
)
# What would begin another kind of block.
_LINE_START = re.compile(
    r"^(\s*)(?:(#{1,6}(?=\s|$)|>|[-+](?=\s|$)|={3,}\s*$|-{3,}\s*$|~{3,})|(\d{1,9})([.)](?=\s|$)))",
    re.MULTILINE,
)


class Converter(MarkdownConverter):
    """Writes the tree that the passes of `from_html` left."""

    def __init__(self) -> None:
        super().__init__(
            heading_style="atx",
            bullets="-",
            newline_style="backslash",
            code_language_callback=_language,
            keep_inline_images_in=["td", "th", "h1", "h2", "h3", "h4", "h5", "h6"],
        )

    def escape(self, text: str, parent_tags: set[str]) -> str:
        """Return `text` so that none of it is taken for markup."""
        text = _SPECIAL.sub(_with_backslash, text)
        if "_inline" in parent_tags:
            return text.replace("|", "\\|")
        return _LINE_START.sub(_plain_line_start, text)

    def convert_a(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """A link, with an address that no space or bracket ends."""
        href = destination(str(el.get("href") or ""))
        prefix, suffix, words = _edges(text)
        if "_noformat" in parent_tags or not words or not href:
            return text
        if words.replace("\\", "") == href and href.startswith(("http://", "https://")):
            return f"{prefix}<{href}>{suffix}"
        return f"{prefix}[{words}]({href}{_title(el)}){suffix}"

    def convert_img(self, el: Tag, _text: str, **_: object) -> str:
        """A picture with its description, and its caption as the title."""
        alt = " ".join(str(el.get("alt") or "").split())
        alt = re.sub(r"([\\\[\]`*_<>&])", r"\\\1", alt)
        return f"![{alt}]({destination(str(el['src']))}{_title(el)})"

    def convert_strong(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Bold."""
        return _emphasis("**", el, text, parent_tags)

    def convert_em(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Italics."""
        return _emphasis("*", el, text, parent_tags)

    def convert_sup(self, _el: Tag, text: str, **_: object) -> str:
        """A raised number as such; Markdown has no other raised text."""
        return _shifted(text, _RAISED, "^")

    def convert_sub(self, _el: Tag, text: str, **_: object) -> str:
        """A lowered number as such."""
        return _shifted(text, _LOWERED, "")

    def convert_footnote_mark(self, el: Tag, _text: str, **_: object) -> str:
        """Where a footnote is referred to."""
        return f"[^{el['number']}]"

    def convert_footnote_note(self, _el: Tag, text: str, parent_tags: set[str]) -> str:
        """Within the text nothing: the notes stand at its end."""
        return "" if "[document]" in parent_tags else text

    def convert_pre(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Code between fences that are longer than any within it."""
        block: str = super().convert_pre(el, text, parent_tags)  # type: ignore[misc]
        longest = max(map(len, re.findall("`{3,}", text)), default=0)
        fence = "`" * (longest + 1 if longest else 3)
        return block.replace("```", fence, 1)[: -len("```\n\n")] + f"{fence}\n\n" if block else ""

    convert_b: Any = convert_strong
    convert_i: Any = convert_em


def destination(url: str) -> str:
    """Return `url` as it may stand between the round brackets of a link."""
    return quote(url.strip(), safe="%/:?#@!$&'*+,;=~-._|[]" + _unicode_of(url))


def _unicode_of(url: str) -> str:
    # Letters of all languages stay readable.
    return "".join({letter for letter in url if ord(letter) > 127 and letter.isprintable()})


def _title(el: Tag) -> str:
    words = " ".join(str(el.get("title") or "").split())
    escaped = re.sub(r'(["\\])', r"\\\1", words)
    return f' "{escaped}"' if words else ""


def _edges(text: str) -> tuple[str, str, str]:
    words = text.strip()
    if not words:
        return text, "", ""
    start = text.index(words)
    return " " * bool(start), " " * (len(text) > start + len(words)), words


def _emphasis(sign: str, el: Tag, text: str, parent_tags: set[str]) -> str:
    prefix, suffix, words = _edges(text)
    if "_noformat" in parent_tags or not words:
        return text
    # After a punctuation mark the closing stars count only before a space or another such mark.
    following = el.next_sibling
    touches = isinstance(following, NavigableString) and following[:1].isalnum()
    if touches and not words[-1].isalnum():
        suffix = suffix or " "
    return f"{prefix}{sign}{words}{sign}{suffix}"


def _shifted(text: str, letters: dict[int, int], sign: str) -> str:
    words = text.strip()
    return words.translate(letters) if all(ord(c) in letters for c in words) else sign + words


def _with_backslash(found: re.Match[str]) -> str:
    return found[0] if found["url"] else "\\" + found[0]


def _plain_line_start(found: re.Match[str]) -> str:
    if found[3]:
        return f"{found[1]}{found[3]}\\{found[4]}"
    return f"{found[1]}\\{found[2]}"


def _language(pre: Tag) -> str:
    """Return the language of a block of code, from whichever class or attribute names it."""
    code = pre.find("code")
    for tag in (code, pre, pre.parent):
        if isinstance(tag, Tag):
            named = tag.get("data-lang") or tag.get("lang")
            found = _LANGUAGE.search(" ".join(tag.get("class") or []))
            if found or named:
                return str(found[1] if found else named)
    return ""
