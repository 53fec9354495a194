"""A feed and its items, whatever dialect they came in."""

import hashlib
import html
import re
from dataclasses import dataclass
from datetime import datetime

from generation.sources import Unreadable, markup, text

MAX_ITEMS = 200
MAX_ITEM_CHARACTERS = 200_000

_TAG = re.compile(r"<(?:[a-z!/][^<>]{0,2000})>", re.IGNORECASE)
_INLINE = re.compile(
    r"</?(?:a|abbr|b|bdi|big|br|cite|code|del|div|em|font|i|img|ins|mark|p|q|s|small|span|strike"
    r"|strong|sub|sup|time|tt|u|wbr)\b[^<>]{0,2000}>",
    re.IGNORECASE,
)
# What WordPress and its plugins put below every excerpt.
_TRAILERS = re.compile(
    r"\n*(?:The post .{1,300}? (?:first )?appeared first on .{1,200}"
    r"|Der Beitrag .{1,300}? erschien zuerst auf .{1,200}"
    r"|L.article .{1,300}? est apparu en premier sur .{1,200}"
    r"|(?:Continue reading|Read more|Read the full (?:story|article))\b.{0,200})\s*\Z",
    re.IGNORECASE,
)
_LONGEST_TRAILER = 800
_MORE = re.compile(r"\s*(?:\[(?:…|\.\.\.|&hellip;)\])\s*\Z")


class MalformedFeed(Unreadable):
    """A feed that is too broken, or too dangerous, to read."""


class NotAFeed(Unreadable):
    """Some other document; `feed_url` is the feed it names, or ""."""

    def __init__(self, message: str, feed_url: str = "") -> None:
        super().__init__(message)
        self.feed_url = feed_url


@dataclass(frozen=True, kw_only=True)
class FeedItem:
    """One entry: `guid` never empty, `url` http(s) or "", texts plain, the moment aware UTC."""

    guid: str
    url: str
    title: str
    summary: str
    content_text: str
    published_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Feed:
    """A feed's name, its site ("" when unsaid) and its items in the publisher's order."""

    title: str
    site_url: str
    items: list[FeedItem]


def item(
    *,
    guid: object,
    url: str,
    title: str,
    summary: str,
    content_text: str,
    published_at: datetime | None,
) -> FeedItem | None:
    """Return the item with what it lacks made up from what it has; None for one without a word."""
    summary = text.one_line(summary, limit=2_000)
    if not (title or summary or content_text):
        return None
    own = text.one_line(str(guid or ""), limit=500)
    seed = f"{title}\n{content_text or summary}".encode("utf-8", "replace")
    return FeedItem(
        guid=own or url or f"sha256:{hashlib.sha256(seed).hexdigest()}",
        url=url,
        title=title or text.one_line(summary or content_text, limit=80),
        summary=summary,
        content_text=content_text,
        published_at=published_at,
    )


def plain(value: object) -> str:
    """Return HTML, escaped HTML or plain text as clean plain text in paragraphs."""
    if not isinstance(value, str) or not value.strip():
        return ""
    value = value[:MAX_ITEM_CHARACTERS]
    if "<" not in value and "&" not in value:
        return _without_trailer(text.clean(value))
    if not _TAG.search(value) and _TAG.search(unescaped := html.unescape(value)):
        value = unescaped
    tree = markup.parse(f"<div>{value}</div>")
    if tree is None:
        return ""
    markup.drop_hidden(tree)
    return _without_trailer(text.clean("\n\n".join(markup.lines(tree))))


def title_text(value: object) -> str:
    """Return a title as one line of text; `<main>` in a title is a word, `<b>` is markup."""
    if not isinstance(value, str):
        return ""
    value = _INLINE.sub("", value[:5_000])
    for _ in range(2):  # titles are escaped twice more often than they mean an entity
        value = html.unescape(value)
    return text.one_line(_INLINE.sub("", value))


def _without_trailer(value: str) -> str:
    body, end = value[:-_LONGEST_TRAILER], value[-_LONGEST_TRAILER:]
    return _MORE.sub("…", body + _TRAILERS.sub("", end)).strip()
