"""What a page says of itself: title, byline, date, language, canonical address."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from generation.sources import text

# What the rows that keep an address hold; a longer one could not be recognised again.
MAX_ADDRESS = 500
_ARTICLE_WORDS = (
    "article newsarticle blogposting techarticle report scholarlyarticle webpage "
    "reportagenewsarticle analysisnewsarticle opinionnewsarticle liveblogposting"
)
_ARTICLE_TYPES = frozenset(_ARTICLE_WORDS.split())
_DATES = (
    "article:published_time",
    "og:article:published_time",
    "datepublished",
    "date",
    "dc.date",
    "dc.date.issued",
    "dcterms.created",
    "parsely-pub-date",
    "sailthru.date",
    "citation_publication_date",
)
_AUTHORS = ("author", "article:author", "dc.creator", "parsely-author", "citation_author")
_MAX_JSON = 500_000


@dataclass(frozen=True, kw_only=True)
class Metadata:
    """A page's own words about itself, each empty when unsaid; dates are aware.

    `titles` are candidates, the headline of its linked data first.
    """

    titles: tuple[str, ...]
    byline: str
    published_at: datetime | None
    canonical_url: str
    language: str | None

    def title(self, shown: HtmlElement) -> str:
        """The title, given the page without its hidden parts: its only heading is the best one."""
        headings = [text.one_line(one.text_content()) for one in shown.xpath("//h1")[:3]]
        headings = [heading for heading in headings if heading]
        headline, *others = self.titles
        only = headings[0] if len(headings) == 1 else ""
        return next(filter(None, (headline, only, *others, *headings)), "")


def read(tree: HtmlElement, *, url: str) -> Metadata:
    """Return what the page declares; to be called before anything is pruned from it."""
    meta = _metas(tree)
    linked = next(_linked_data(tree), {})
    titles = [linked.get("headline"), meta.get("og:title"), meta.get("twitter:title")]
    bylines = [_author(linked.get("author")), *(meta.get(name, "") for name in _AUTHORS)]
    dates = [linked.get("datePublished"), *(meta.get(name) for name in _DATES)]
    dates += tree.xpath("//article//time/@datetime | //main//time/@datetime")[:1]
    return Metadata(
        titles=tuple(_name(one, limit=300) for one in (*titles, tree.findtext(".//title"))),
        byline=next((name for one in bylines if (name := _name(one))), ""),
        published_at=next((at for one in dates if (at := moment(one))), None),
        canonical_url=_canonical(tree, url),
        language=_language(tree, meta),
    )


def moment(value: object) -> datetime | None:
    """Return an ISO 8601 date or time as an aware moment (UTC where it has no zone), or None."""
    try:
        at = datetime.fromisoformat(str(value).strip())
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return at if at.year >= 1900 else None


def _metas(tree: HtmlElement) -> dict[str, str]:
    """<meta> contents by lower-case name; the first one counts."""
    metas: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = element.get("name") or element.get("property") or element.get("itemprop") or ""
        metas.setdefault(name.strip().lower(), (element.get("content") or "").strip())
    return metas


def _linked_data(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    """The JSON-LD objects of the page that describe an article."""
    for script in tree.iter("script"):
        if "ld+json" in (script.get("type") or "") and len(script.text or "") < _MAX_JSON:
            try:
                yield from _articles(json.loads(script.text or ""))
            except (ValueError, RecursionError):
                continue


def _articles(data: object) -> Iterator[dict[str, Any]]:
    objects = data if isinstance(data, list) else [data]
    for one in objects:
        if not isinstance(one, dict):
            continue
        if isinstance(graph := one.get("@graph"), list):
            yield from _articles([node for node in graph if isinstance(node, dict)][:100])
        kinds = one.get("@type")
        names = kinds if isinstance(kinds, list) else [kinds]
        if any(str(name).lower() in _ARTICLE_TYPES for name in names):
            yield one


def _author(value: object) -> str:
    """JSON-LD authors are strings, objects with a name, or lists of either."""
    if isinstance(value, list):
        flat = (one for one in value[:5] if not isinstance(one, list))
        return ", ".join(filter(None, map(_author, flat)))
    if isinstance(value, dict):
        value = value.get("name")
    return value if isinstance(value, str) else ""


def _name(value: object, *, limit: int = 150) -> str:
    if not isinstance(value, str):
        return ""
    line = text.one_line(value, limit=limit)
    return "" if line.startswith(("http://", "https://")) else line


def _canonical(tree: HtmlElement, url: str) -> str:
    for link in tree.iter("link"):
        if "canonical" in (link.get("rel") or "").lower().split():
            return web_url(link.get("href"), base=url) or url
    return url


def _language(tree: HtmlElement, meta: dict[str, str]) -> str | None:
    declared = tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang")
    declared = declared or meta.get("language") or meta.get("og:locale") or ""
    primary = declared.replace("_", "-").split("-")[0].strip().lower()
    return primary if primary.isascii() and primary.isalpha() and 2 <= len(primary) <= 3 else None


def web_url(link: object, *, base: str) -> str:
    """Return a link as an absolute http(s) address, or "" for anything else, the endless too."""
    if not isinstance(link, str) or not (link := "".join(link.split())):
        return ""
    try:
        absolute = urljoin(base, link)
        parts = urlsplit(absolute)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return ""
    return text.clean(absolute) if is_web and len(absolute) <= MAX_ADDRESS else ""
