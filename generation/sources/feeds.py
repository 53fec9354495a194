"""Feeds of every dialect as one type: RSS, Atom, RDF and JSON Feed, read from bytes only."""

import io
import re
from calendar import timegm
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from time import struct_time
from typing import Any

import feedparser

from generation.sources import decoding, json_feeds, markup
from generation.sources.entries import (
    MAX_ITEMS,
    Feed,
    FeedItem,
    MalformedFeed,
    NotAFeed,
    item,
    plain,
    title_text,
)
from generation.sources.metadata import web_url

__all__ = ["Feed", "FeedItem", "MalformedFeed", "NotAFeed", "looks_like_feed", "parse"]

# Enough for hundreds of whole articles; a longer feed loses its oldest items.
MAX_CHARACTERS = 3_000_000
# The parser reads some fifty thousand a second, and the largest real feeds have a tenth of it.
MAX_TAGS = 100_000

_FEED_TYPES = re.compile(r"(?:application|text)/(?:rss|atom|rdf|x-rss|feed)(?:\+(?:xml|json))?$")
_ROOT = re.compile(r"<(?:\w+:)?(rss|feed|rdf)\b[^>]{0,3000}", re.IGNORECASE)
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_ENTITY = re.compile(
    r"<!ENTITY\s+(%\s*)?[^\s>]{1,100}\s+(SYSTEM|PUBLIC|[\"'][^\"']*)", re.IGNORECASE
)
_JSON_FEED = re.compile(
    r'\{.{0,15000}?"version"\s*:\s*"https?:\\?/\\?/(?:www\.)?jsonfeed\.org', re.DOTALL
)
# The parser takes seconds over an element with thousands of attributes; no feed has one.
_MONSTROUS = re.compile(
    r"""<[A-Za-z][^\s<>"'=]*+(?:\s++[^\s=<>"']++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s<>"']++))?+){300}"""
)


def looks_like_feed(content_type: str, body: bytes) -> bool:
    """Whether a document is a feed, by its beginning; a declared type alone proves little."""
    document = decoding.decode(body[:20_000])
    start = document.lstrip("\ufeff \t\r\n")
    if start.startswith("{"):
        return bool(_JSON_FEED.match(start)) or content_type == "application/feed+json"
    if not start.startswith("<"):
        return False
    root = _ROOT.search(document)
    html = _HTML.search(document)
    if root and (html is None or root.start() < html.start()):
        return _is_feed_root(root)
    return html is None and bool(_FEED_TYPES.match(content_type))


def parse(body: bytes, *, content_type: str, url: str, charset: str = "") -> Feed:
    """Return the feed with its newest items first as the publisher ordered them, MAX_ITEMS at most.

    Raises NotAFeed for another kind of document, MalformedFeed for one too broken to use.
    """
    document = decoding.decode(body, charset=charset).lstrip("\ufeff \t\r\n\x00")
    if document.startswith(("{", "[")):
        return json_feeds.parse(document, url=url)
    if not looks_like_feed(content_type, document[:20_000].encode("utf-8", "replace")):
        raise NotAFeed(*_what_it_is(document, url))
    if _MONSTROUS.search(document):
        raise MalformedFeed("The feed has an element with hundreds of attributes; nobody needs it.")
    document = _from_root(document[:MAX_CHARACTERS])
    return _feed(_parsed("<".join(document.split("<", MAX_TAGS)[:MAX_TAGS])), url)


def _parsed(document: str) -> Any:
    """Run feedparser over text in memory: given a file object, it opens and fetches nothing."""
    headers = {"content-type": "application/xml; charset=utf-8"}
    stream = io.BytesIO(document.encode("utf-8", "replace"))
    try:
        parsed = feedparser.parse(stream, response_headers=headers, sanitize_html=False)
    except Exception as error:  # its loose parser is made of heuristics and raises what it likes
        raise MalformedFeed("The feed is damaged and cannot be read.") from error
    if not parsed.entries and parsed.bozo:
        raise MalformedFeed(
            "The feed is damaged and no item could be read from it. Try again later, or use "
            "another source."
        )
    return parsed


def _feed(parsed: Any, url: str) -> Feed:
    site_url = web_url(parsed.feed.get("link"), base=url)
    # Links of Atom are relative to the document; those of RSS, by custom, to the site.
    base = url if parsed.version.startswith("atom") else site_url or url
    items = [_item(entry, base=base) for entry in parsed.entries[:MAX_ITEMS]]
    return Feed(
        title=title_text(parsed.feed.get("title")),
        site_url=site_url,
        items=[one for one in items if one],
    )


def _item(entry: Mapping[str, Any], *, base: str) -> FeedItem | None:
    contents = [content.get("value") for content in entry.get("content") or []]
    summary = plain(entry.get("summary"))
    content = max(map(plain, contents), key=len, default="")
    return item(
        guid=entry.get("id"),
        url=_link(entry, base),
        title=title_text(entry.get("title")),
        summary=summary,
        content_text=content if len(content) > len(summary) else summary,
        published_at=_moment(entry),
    )


def _link(entry: Mapping[str, Any], base: str) -> str:
    """The page of an item: the original behind a redirector, the link, or a guid that is one."""
    own = [one.get("href") for one in entry.get("links") or [] if one.get("rel") == "alternate"]
    guid = str(entry.get("id", ""))
    is_page = entry.get("guidislink", True) and guid.startswith(("http://", "https://"))
    if entry.get("link") != guid:
        own.append(entry.get("link"))
    candidates = [entry.get("feedburner_origlink"), *own, guid if is_page else ""]
    return next((found for one in candidates if (found := web_url(one, base=base))), "")


def _moment(entry: Mapping[str, Any]) -> datetime | None:
    for name in ("published_parsed", "updated_parsed", "created_parsed"):
        if name in entry and isinstance(entry[name], struct_time):  # get() gives another date
            with suppress(ValueError, OverflowError):
                return datetime.fromtimestamp(timegm(entry[name]), tz=UTC)
    return None


def _from_root(document: str) -> str:
    """The document from its root element on, so that no entity is ever declared.

    What stands before it is the XML declaration, or a warning of a broken server. Entities that
    name files or other entities are refused: only attacks and mistakes have them.
    """
    root = _ROOT.search(document)
    start = root.start() if root else 0
    for is_parameter, value in _ENTITY.findall(document[:start]):
        if not is_parameter and (value.upper() in ("SYSTEM", "PUBLIC") or "&" in value):
            raise MalformedFeed(
                "The feed declares XML entities of its own, which AutoBlog does not expand. "
                "Use another feed of the site."
            )
    return document[start:]


def _is_feed_root(root: re.Match[str]) -> bool:
    if root[1].lower() == "feed":
        return "atom" in root[0].lower() or "xmlns" in root[0].lower()
    return True


def _what_it_is(document: str, url: str) -> tuple[str, str]:
    """What a document is that is no feed, and the feed it names, if any."""
    if not document.strip():
        return "The feed is empty. Check the address, or try again later.", ""
    if not _HTML.search(document[:20_000]):
        return "This is not a feed: it has no RSS, Atom or JSON Feed in it. Check the address.", ""
    found = next(_alternates(document, url), "")
    if found:
        return f"This is a web page, not a feed. Its feed is {found}", found
    return (
        "This is a web page, not a feed, and it names none. Look for a link called RSS or Feed, "
        "or use the page as a web page source.",
        "",
    )


def _alternates(document: str, url: str) -> Iterator[str]:
    tree = markup.parse(document)
    for link in tree.iter("link") if tree is not None else ():
        is_alternate = "alternate" in (link.get("rel") or "").lower().split()
        kind = (link.get("type") or "").lower()
        is_feed = _FEED_TYPES.match(kind) or kind == "application/json"
        if is_alternate and is_feed and (found := web_url(link.get("href"), base=url)):
            yield found
