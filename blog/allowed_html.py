"""All that HTML made of a text may consist of: the one list that the sanitiser and the docs read.

Classes are our own. Ids start with `h-` (headings) or `fn` (footnotes), so that none can shadow a
name the page's scripts rely on.
"""

import re

from blog.code_colours import CLASSES as _CODE_CLASSES

TAGS = {
    *("p", "br", "hr", "h2", "h3", "h4", "h5", "h6", "em", "strong", "s", "sup", "a", "img"),
    *("blockquote", "ul", "ol", "li", "pre", "code", "span", "div", "label", "input"),
    *("figure", "figcaption", "table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES: dict[str, set[str]] = {
    "*": set(),  # else the sanitiser adds what it thinks harmless
    "a": {"href", "title", "rel", "id", "aria-label"},
    "img": {"src", "alt", "title", "loading", "decoding"},
    "code": {"class"},
    "div": {"tabindex", "aria-label"},
    "pre": {"tabindex", "aria-label"},
    "li": {"id"},
    "ol": {"start"},
    "input": {"checked", "disabled"},
} | {f"h{level}": {"id"} for level in range(2, 7)}
# Attributes that may have these values alone.
VALUES = {
    "a": {"role": {"doc-noteref", "doc-backlink"}},
    "div": {"role": {"group", "doc-endnotes"}},
    "pre": {"role": {"group"}, "dir": {"ltr"}},
    "code": {"dir": {"ltr"}},
    "p": {"dir": {"ltr", "rtl"}},
    "input": {"type": {"checkbox"}},
}
CLASSES = {
    "a": {"footnote-backref"},
    "div": {"table", "footnotes"},
    "hr": {"footnotes-sep"},
    "li": {"footnote-item", "task"},
    "ol": {"footnotes-list"},
    "span": set(_CODE_CLASSES),
    "sup": {"footnote-ref"},
    "td": {"align-left", "align-center", "align-right"},
    "th": {"align-left", "align-center", "align-right"},
}
SCHEMES = {"http", "https", "mailto"}
FOREIGN_REL = "nofollow noopener ugc"
# With one of our schemes, from the root, or relative without anything like a scheme.
ADDRESS = re.compile(r"(?is:(https?://|mailto:|[/?#]).*|[^:/?#]*([/?#].*)?)")
PATTERNS = {
    "id": re.compile(r"h-[\w-]{1,80}|fn(ref)?[\d:]{1,12}"),
    # The language of a block of code, as its author named it.
    "class": re.compile(r"language-[\w+#.-]{1,30}"),
    "href": ADDRESS,
    "src": ADDRESS,
    "rel": re.compile(re.escape(FOREIGN_REL)),
    "tabindex": re.compile("0"),
    "start": re.compile(r"\d{1,9}"),
    "loading": re.compile("lazy"),
    "decoding": re.compile("async"),
}
