"""The only place where text becomes HTML: Markdown in, sanitised HTML out.

Authors, the model, imports and the API all pass through `render_markdown`. Two walls stand behind
each other: markdown-it never lets raw HTML through, and nh3 keeps only what `blog.allowed_html`
lists. The same text always gives the same HTML, for an approval signs it.

The whole policy (elements, links, images, embeds, limits) is written down in docs/rendering.md.
"""

import math
import re
from dataclasses import dataclass
from html import unescape

import nh3
from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin

from blog import allowed_html, markdown_rules
from blog.markdown_rules import links

# Some ten times the longest article; hostile text of this length takes seconds, not minutes.
MAX_CHARACTERS = 200_000
_WORDS_PER_MINUTE = 230
_IDEOGRAPHS_PER_MINUTE = 500

# What neither XML nor PostgreSQL can hold: one such character would break every feed.
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
# What lost its address, because no browser could read it: a link leaves its words.
_LOST_LINK = re.compile(r'<a(?![^>]* href="[^"])[^>]*>(.*?)</a>', re.DOTALL)
_LOST_IMAGE = re.compile(r'<img(?![^>]* src="[^"])[^>]*>')
_ASIDES = {"sup", "figure", "pre"}
_FOOTNOTES = '<hr class="footnotes-sep">'
_HEADING = re.compile(r'<h([23]) id="(h-[^"]+)">(.*?)</h\1>', re.DOTALL)
_IMAGE = re.compile(r'<img [^>]*?\bsrc="([^"]+)"')
_IDEOGRAPH = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


@dataclass(frozen=True)
class Heading:
    """A heading of a text, for its table of contents."""

    level: int
    id: str
    text: str


class TextTooLong(ValueError):
    """The text has more characters than a post may have."""

    def __init__(self, length: int) -> None:
        super().__init__(
            f"The text has {length:,} characters; a post may have {MAX_CHARACTERS:,}. Shorten it"
            " or make several posts of it."
        )


def render_markdown(text: str) -> str:
    """Return safe HTML of Markdown `text`, whoever wrote it. Raises TextTooLong."""
    if len(text) > MAX_CHARACTERS:
        raise TextTooLong(len(text))
    return sanitise(_PARSER.render(storable(text), {}))


def sanitise(html: str) -> str:
    """Return `html` with only what `blog.allowed_html` lists."""
    clean = nh3.clean(
        html,
        tags=allowed_html.TAGS,
        clean_content_tags={"script", "style"},
        attributes=allowed_html.ATTRIBUTES,
        attribute_filter=_keep,
        allowed_classes=allowed_html.CLASSES,
        tag_attribute_values=allowed_html.VALUES,
        url_schemes=allowed_html.SCHEMES,
        link_rel=None,
        strip_comments=True,
    )
    return _LOST_IMAGE.sub("", _LOST_LINK.sub(r"\1", clean))


def storable(text: str) -> str:
    """Return `text` without the characters that no database, feed or page can hold."""
    return _UNSTORABLE.sub("", text)


def plain_text(html: str) -> str:
    """Return the words of our own sanitised `html`, on one line, without what interrupts them."""
    bare = nh3.clean(html.partition(_FOOTNOTES)[0], tags=set(), clean_content_tags=_ASIDES)
    return " ".join(unescape(bare).split())


def headings(html: str) -> list[Heading]:
    """Return the headings of the first two levels of our own sanitised `html`, in order."""
    return [
        Heading(level=int(level), id=anchor, text=plain_text(inner))
        for level, anchor, inner in _HEADING.findall(html)
    ]


def image_paths(html: str) -> list[str]:
    """Return the addresses of the pictures in our own sanitised `html`, in order."""
    return [unescape(path) for path in _IMAGE.findall(html)]


def excerpt(html: str, *, characters: int = 200) -> str:
    """Return the first words of `html`, at most `characters` long, with an ellipsis if cut."""
    # Enough for the words, behind a picture or a block of code that may come first.
    return shorten(plain_text(html[: characters * 30]), characters=characters)


def shorten(text: str, *, characters: int) -> str:
    """Return the first words of `text` on one line, with an ellipsis if cut."""
    line = " ".join(text.split())
    if len(line) <= characters:
        return line
    return line[: characters - 1].rsplit(" ", 1)[0].rstrip(" ,;:–—-") + "…"


def reading_minutes(text: str) -> int:
    """Return how many minutes (at least one) a practised reader needs for `text`."""
    ideographs = len(_IDEOGRAPH.findall(text))
    words = len(re.findall(r"[^\W\d_]{2,}", _IDEOGRAPH.sub(" ", text)))
    return max(1, math.ceil(words / _WORDS_PER_MINUTE + ideographs / _IDEOGRAPHS_PER_MINUTE))


def _keep(tag: str, attribute: str, value: str) -> str | None:
    if tag != "code" and attribute == "class":  # nh3 holds it to allowed_html.CLASSES
        return value
    if attribute == "src" and links.is_foreign(value):
        return None
    pattern = allowed_html.PATTERNS.get(attribute)
    return value if pattern is None or pattern.fullmatch(value) else None


def _build_parser() -> MarkdownIt:
    parser = MarkdownIt("gfm-like", {"html": False, "linkify": True, "typographer": True})
    parser.enable("smartquotes").use(footnote_plugin)
    # Without a scheme, "models.py" and "README.md" would become links to Paraguay and Moldova.
    assert parser.linkify is not None  # noqa: S101 (tells the type checker)
    parser.linkify.set({"fuzzy_link": False, "fuzzy_email": False})
    return markdown_rules.install(parser)


_PARSER = _build_parser()
