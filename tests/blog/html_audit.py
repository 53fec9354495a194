"""Looks at HTML as an attacker would: what could a browser run, load or be misled by?

The rules are written down here once more, and strictly, so that a slip in `blog.allowed_html` is
seen; a test compares the two lists.
"""

import re
from html.parser import HTMLParser

import lxml.html

_TAGS = """
a blockquote br code div em figcaption figure h2 h3 h4 h5 h6 hr img input label li ol p pre s
span strong sup table tbody td th thead tr ul
"""
TAGS = set(_TAGS.split())
FOREIGN_REL = "nofollow noopener ugc"
# By tag and attribute: what its value may be.
_TEXT, _ADDRESS = ".*", "ADDRESS"
_ID = r"h-[\w-]+|fn(ref)?\d+(:\d+)?"
_ALIGNED = "align-(left|center|right)"
ATTRIBUTES = {
    "a": {
        "href": _ADDRESS,
        "title": _TEXT,
        "rel": FOREIGN_REL,
        "id": _ID,
        "aria-label": _TEXT,
        "role": "doc-(noteref|backlink)",
        "class": "footnote-backref",
    },
    "code": {"class": r"language-[\w+#.-]+", "dir": "ltr"},
    "div": {
        "class": "table|footnotes",
        "tabindex": "0",
        "role": "group|doc-endnotes",
        "aria-label": _TEXT,
    },
    "hr": {"class": "footnotes-sep"},
    "img": {
        "src": _ADDRESS,
        "alt": _TEXT,
        "title": _TEXT,
        "loading": "lazy",
        "decoding": "async",
    },
    "input": {"type": "checkbox", "checked": "", "disabled": ""},
    "li": {"id": _ID, "class": "footnote-item|task"},
    "ol": {"start": r"\d+", "class": "footnotes-list"},
    "p": {"dir": "ltr|rtl"},
    "pre": {"tabindex": "0", "dir": "ltr", "role": "group", "aria-label": _TEXT},
    "span": {"class": "hl-[a-z]{1,2}"},
    "sup": {"class": "footnote-ref"},
    "td": {"class": _ALIGNED},
    "th": {"class": _ALIGNED},
} | {f"h{level}": {"id": _ID} for level in range(2, 7)}
# What browsers leave out of an address before they read it.
_IGNORED = re.compile("[\t\n\r]|^[\x00-\x20]+|[\x00-\x20]+$")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_OWN = re.compile(r"http://127\.0\.0\.1:8000(?=[/?#]|$)")


class _Reader(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.findings: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.findings += findings_in(tag, {name: value or "" for name, value in attrs})

    def handle_comment(self, data: str) -> None:
        self.findings.append("a comment")

    def handle_decl(self, decl: str) -> None:
        self.findings.append("a declaration")

    def handle_pi(self, data: str) -> None:
        self.findings.append("an instruction")


def findings_in(tag: str, attributes: dict[str, str]) -> list[str]:
    """Return what is wrong with an element."""
    found = [] if tag in TAGS else [f"<{tag}>"]
    if (tag == "img" and not attributes.get("src")) or (tag == "a" and not attributes.get("href")):
        found.append(f"{tag} without an address")
    for name, value in attributes.items():
        pattern = ATTRIBUTES.get(tag, {}).get(name)
        if pattern == _ADDRESS:
            found += _findings_in_address(tag, name, value, attributes)
        elif pattern is None or (value and not re.fullmatch(pattern, value, re.DOTALL)):
            found.append(f"{tag} {name}={value}")
    return found


def audit(html: str) -> list[str]:
    """Return what a browser could run, load or be misled by in `html`; nothing, if all is well."""
    return _Reader(html).findings + _findings_in_second_reading(html)


def _findings_in_address(tag: str, name: str, value: str, attributes: dict[str, str]) -> list[str]:
    address = _IGNORED.sub("", value)
    scheme = _SCHEME.match(address)
    if scheme and scheme[1].lower() not in ("http", "https", "mailto"):
        return [f"{tag} {name}={value}"]
    is_mail = bool(scheme) and scheme[1].lower() == "mailto"
    leads_away = (scheme or re.match(r"[/\\]{2}", address)) and not _OWN.match(address)
    if name == "src" and (leads_away or is_mail):
        return [f"{tag} loads {value}"]
    if leads_away and not is_mail and attributes.get("rel") != FOREIGN_REL:
        return [f"{tag} leads to {value} without rel"]
    return []


def _findings_in_second_reading(html: str) -> list[str]:
    # Markup that changes its meaning when what a parser made of it is parsed again.
    tree = lxml.html.fragment_fromstring(f"<div>{html}</div>")
    again = lxml.html.fragment_fromstring(lxml.html.tostring(tree, encoding="unicode"))
    return [] if _shape_of(again) == _shape_of(tree) else ["it changes when it is read again"]


def _shape_of(tree: lxml.html.HtmlElement) -> tuple[object, ...]:
    # lxml writes no end of an empty list item, which draws the text behind it in: the same text.
    return [(part.tag, sorted(part.attrib)) for part in tree.iter()], "".join(tree.itertext())
