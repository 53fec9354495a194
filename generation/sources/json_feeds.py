"""JSON Feed 1.0 and 1.1, one item at a time, so that a broken one does not spoil the rest."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

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
from generation.sources.metadata import moment, web_url
from generation.sources.text import clean


def _word(value: Any) -> str:
    """Ids are numbers in some feeds, and fields are null in many."""
    return str(value) if isinstance(value, (str, int, float)) else ""


Word = Annotated[str, BeforeValidator(_word)]


class _Item(BaseModel):
    model_config = ConfigDict(extra="ignore")

    id: Word = ""
    url: Word = ""
    external_url: Word = ""
    title: Word = ""
    summary: Word = ""
    content_html: Word = ""
    content_text: Word = ""
    date_published: Word = ""
    date_modified: Word = ""


class _Document(BaseModel):
    model_config = ConfigDict(extra="ignore")

    version: Word = ""
    title: Word = ""
    home_page_url: Word = ""
    items: list[Any]


def parse(document: str, *, url: str) -> Feed:
    """Return the feed. Raises NotAFeed for other JSON, MalformedFeed for broken JSON."""
    try:
        feed = _Document.model_validate_json(document.encode("utf-8", "replace"))
    except ValidationError as error:
        if any(detail["type"] == "json_invalid" for detail in error.errors()):
            raise MalformedFeed("The JSON of the feed is damaged and cannot be read.") from None
        raise NotAFeed("This is JSON, but not a JSON Feed. Check the address.") from None
    site_url = web_url(feed.home_page_url, base=url)
    if "jsonfeed.org" not in feed.version and not site_url:
        raise NotAFeed("This is JSON, but not a JSON Feed. Check the address.")
    items = [_item(data, base=site_url or url) for data in feed.items[:MAX_ITEMS]]
    return Feed(
        title=title_text(feed.title),
        site_url=site_url,
        items=[one for one in items if one],
    )


def _item(data: Any, *, base: str) -> FeedItem | None:
    try:
        entry = _Item.model_validate(data)
    except ValidationError:
        return None
    content = plain(entry.content_html) or clean(entry.content_text)
    return item(
        guid=entry.id,
        url=next(
            (
                found
                for link in (entry.url, entry.external_url, entry.id if "://" in entry.id else "")
                if (found := web_url(link, base=base))
            ),
            "",
        ),
        title=title_text(entry.title),
        summary=plain(entry.summary),
        content_text=content or plain(entry.summary),
        published_at=moment(entry.date_published) or moment(entry.date_modified),
    )
