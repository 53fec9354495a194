"""The article within a page: its text without navigation, adverts, banners and comments."""

import logging
import re
from dataclasses import dataclass
from datetime import datetime

import trafilatura
from lxml.html import HtmlElement
from markdown_it import MarkdownIt

from generation.sources import Unreadable, decoding, furniture, markup, metadata, text

logger = logging.getLogger(__name__)
# It warns of every page in which it finds no article; that is for us to say.
logging.getLogger("trafilatura").setLevel(logging.ERROR)

MIN_WORTHWHILE = 200
MAX_ELEMENTS = 30_000

_FRONT_MATTER = re.compile(r"\A---\n.{0,5000}?\n---\n", re.DOTALL)
_MARKDOWN = MarkdownIt("commonmark").enable("table")
_RULED = re.compile(r"[|\s:-]*\Z")


class NothingReadable(Unreadable):
    """A document that came whole and has no text worth the name."""


@dataclass(frozen=True, kw_only=True)
class Article:
    """The readable part of a document, clean: quotes are checked against `text`."""

    title: str
    text: str
    byline: str
    published_at: datetime | None
    canonical_url: str
    language: str | None


def extract(body: bytes, *, content_type: str, charset: str, url: str) -> Article:
    """Return the article in a page or a text. Raises NothingReadable."""
    document = decoding.decode(body, charset=charset)
    if content_type.endswith("json"):
        raise NothingReadable("This is data for programs (JSON), not a page. Use a web page.")
    if "markdown" in content_type:
        return _from_markdown(document, url)
    if _is_plain(content_type, document):
        return _from_text(text.unwrap(document), url)
    return from_html(document, url=url)


def from_html(document: str, *, url: str) -> Article:
    """Return the article in an HTML document. Raises NothingReadable."""
    tree = markup.parse(document)
    if tree is None:
        raise NothingReadable("The page is empty. Check the address, or paste the text as a note.")
    said = metadata.read(tree, url=url)
    markup.drop_hidden(tree)
    title = said.title(tree)
    found = text.clean(_main_text(tree, url))
    if len(found) < 2 or not re.search(r"\w{2}", found):
        raise NothingReadable(
            "The page has no readable text; it may be built by scripts or need a login. "
            "Paste the text as a note instead."
        )
    return Article(
        title=title,
        text=found,
        byline=said.byline,
        published_at=said.published_at,
        canonical_url=said.canonical_url,
        language=said.language,
    )


def _from_markdown(document: str, url: str) -> Article:
    """Markdown as its readers see it: a quote of it has no asterisks."""
    html = _MARKDOWN.render(_FRONT_MATTER.sub("", text.clean(document), count=1))
    tree = markup.parse(f"<main>{html}</main>")
    if tree is None:
        return _from_text("", url)
    markup.drop_hidden(tree)
    return _from_text(_paragraphs(markup.lines(tree)), url)


def _from_text(document: str, url: str) -> Article:
    """Plain text as it stands."""
    found = text.clean(document)
    if not found:
        raise NothingReadable("The text is empty. Choose another source, or paste it as a note.")
    first = found.split("\n", 1)[0]
    return Article(
        title=text.one_line(first.strip("#=* ")) if len(first) <= 150 else "",
        text=found,
        byline="",
        published_at=None,
        canonical_url=url,
        language=None,
    )


def _is_plain(content_type: str, document: str) -> bool:
    """Whether it is text to be read as it stands; pages are served as text/plain, too."""
    looks_like_page = re.match(
        r"\s*(?:<!--.{0,500}?-->\s*)?<(?:!doctype html|html|head|body)\b",
        document[:1000],
        re.IGNORECASE | re.DOTALL,
    )
    if looks_like_page:
        return False
    if content_type.startswith("text/") and content_type not in ("text/html", "text/xml"):
        return True
    return not re.search(r"<[a-z!/][^>]{0,1000}>", document[:200_000], re.IGNORECASE)


def _main_text(tree: HtmlElement, url: str) -> str:
    """The extractor's text, or our plainer reading where it found too little of the page."""
    markup.flatten_layout(tree)
    furniture.drop(tree)
    picked = _picked(tree, url)
    everything = _paragraphs(markup.lines(_container(tree)))
    furniture.drop_link_lists(tree)
    prose = _paragraphs(markup.lines(_container(tree)))
    if len(picked) >= MIN_WORTHWHILE and len(picked) >= 0.5 * len(prose):
        return picked
    if len(prose) >= MIN_WORTHWHILE:
        return prose
    return max(everything, picked, key=len)


def _picked(tree: HtmlElement, url: str) -> str:
    """What trafilatura takes for the main text; "" when it fails or the page is monstrous."""
    if sum(1 for _ in tree.iter()) > MAX_ELEMENTS:
        return ""
    try:
        found = trafilatura.extract(
            tree, url=url, output_format="txt", include_comments=False, include_tables=True
        )
    except Exception:  # it is made of heuristics over other people's markup; ours is the net below
        logger.warning("text extraction failed", exc_info=True)
        return ""
    return _paragraphs((found or "").split("\n"))


def _paragraphs(lines: list[str]) -> str:
    """Lines as paragraphs; list items and table rows stay together."""
    pieces: list[str] = []
    previous = ""
    for line in filter(None, (one.strip("| \t") for one in lines if not _RULED.match(one))):
        is_joined = _is_row(line) and _is_row(previous)
        pieces.append(("\n" if is_joined else "\n\n") + line)
        previous = line
    return "".join(pieces).strip()


def _is_row(line: str) -> bool:
    return line.startswith("- ") or " | " in line


def _container(tree: HtmlElement) -> HtmlElement:
    """Where the text is, by the page's own marks: <main>, the one <article>, else the body."""
    for path in ("//main", "//*[@role='main']", "//article"):
        found = tree.xpath(path)
        if len(found) == 1:
            return found[0]
    body = tree.find("body")
    return tree if body is None else body
