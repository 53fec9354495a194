"""The article within a page: its text without navigation, adverts, banners and comments."""

import logging
import re
from dataclasses import dataclass
from datetime import datetime

import trafilatura
from lxml.html import HtmlElement
from markdown_it import MarkdownIt

from generation.sources import Unreadable, decoding, markup, metadata, text

logger = logging.getLogger(__name__)

MIN_WORTHWHILE = 200
MAX_ELEMENTS = 30_000

_FURNITURE_TAGS = frozenset(("nav", "aside", "footer"))
_FURNITURE_ROLES = frozenset(
    ("navigation", "banner", "contentinfo", "complementary", "search", "dialog", "menu", "menubar")
)
# Words of class names and ids that mark what is not the article, wherever they stand.
_FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:cookies?|consent|gdpr|ccpa|newsletters?|subscribe|subscription|signup|ads?|advert"
    r"|adverts|advertisement|advertising|sponsored|promo|promos|promoted|related|recommended"
    r"|recirculation|share|sharing|social|comments?|disqus|breadcrumbs?|sidebar|popup|modal|overlay"
    r"|toolbar|pagination|pager|skip|trending|mostread|taboola|outbrain|masthead|footer|navbar"
    r"|navigation|menu|author-bio|tag-list|toc)(?=$|[\s_-])",
    re.IGNORECASE,
)
_FRONT_MATTER = re.compile(r"\A---\n.{0,5000}?\n---\n", re.DOTALL)
_MARKDOWN = MarkdownIt("commonmark").enable("table")
_CONTENT_TAGS = ("html", "body", "main", "article", "h1")


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
    found = text.clean(_main_text(tree, url))
    if len(found) < 2 or not re.search(r"\w{2}", found):
        raise NothingReadable(
            "The page has no readable text; it may be built by scripts or need a login. "
            "Paste the text as a note instead."
        )
    return Article(text=found, **vars(said))


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
    _drop_furniture(tree)
    whole = _paragraphs(markup.lines(_container(tree)))
    picked = _picked(tree, url)
    if len(picked) >= MIN_WORTHWHILE and len(picked) >= 0.5 * len(whole):
        return picked
    return whole if len(whole) > len(picked) else picked


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
    for line in filter(None, (one.strip() for one in lines)):
        is_joined = _is_row(line) and _is_row(previous)
        pieces.append(("\n" if is_joined else "\n\n") + line)
        previous = line
    return "".join(pieces).strip()


def _is_row(line: str) -> bool:
    return line.startswith(("- ", "| ")) or " | " in line


def _drop_furniture(tree: HtmlElement) -> None:
    """Remove what is marked as not being the article, unless the article is inside it."""
    elements = list(tree.iter("*"))
    lengths, holders = _weigh(elements)
    for element in elements:
        if element in holders or not _is_furniture(element):
            continue
        if lengths[element] < max(1, lengths[tree]) / 3:
            markup.drop(element)


def _weigh(elements: list[HtmlElement]) -> tuple[dict[HtmlElement, int], set[HtmlElement]]:
    """The length of the text in each element, and the elements that hold the article's marks."""
    lengths: dict[HtmlElement, int] = {}
    holders: set[HtmlElement] = set()
    for element in reversed(elements):
        inner = sum(lengths.get(child, 0) + len(child.tail or "") for child in element)
        lengths[element] = len(element.text or "") + inner
        if element.tag in _CONTENT_TAGS or not holders.isdisjoint(element):
            holders.add(element)
    return lengths, holders


def _is_furniture(element: HtmlElement) -> bool:
    if element.tag in _FURNITURE_TAGS or element.get("role") in _FURNITURE_ROLES:
        return True
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    return bool(names.strip() and _FURNITURE.search(names[:500]))


def _container(tree: HtmlElement) -> HtmlElement:
    """Where the text is, by the page's own marks: <main>, the one <article>, else the body."""
    for path in ("//main", "//*[@role='main']", "//article"):
        found = tree.xpath(path)
        if len(found) == 1:
            return found[0]
    body = tree.find("body")
    return tree if body is None else body
