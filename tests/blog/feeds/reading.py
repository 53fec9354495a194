"""Reads feeds as strictly as their standards are written."""

import json
from pathlib import Path
from typing import Any

import feedparser
from lxml import etree

_SCHEMAS = {
    name: etree.RelaxNG(etree.parse(Path(__file__).parent / f"{name}.rng"))
    for name in ("atom", "rss")
}
FORMS = ["rss", "atom", "json"]


def read(client: Any, path: str) -> dict[str, Any]:
    """Return the feed at `path` as JSON Feed has it, after it was held against its standard."""
    answer = client.get(path)
    assert answer.status_code == 200, path
    form = path.partition("?")[0].rpartition(".")[2]
    return _json(answer.content) if form == "json" else _xml(answer.content, form)


def _json(content: bytes) -> dict[str, Any]:
    feed: dict[str, Any] = json.loads(content)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"]
    for item in feed["items"]:
        assert isinstance(item["id"], str)
        assert item["content_html"]
        assert item["url"].startswith("http")
    return feed


def _xml(content: bytes, form: str) -> dict[str, Any]:
    schema = _SCHEMAS[form]
    schema.validate(etree.fromstring(content))
    assert not schema.error_log, schema.error_log
    parsed = feedparser.parse(content)
    assert not parsed.bozo, parsed.get("bozo_exception")
    links = {link.rel: link.href for link in parsed.feed.links}
    # What the schemas do not count.
    assert len(links) == len(parsed.feed.links)
    for entry in parsed.entries:
        assert [link.rel for link in entry.links].count("alternate") == 1
    return {
        "title": parsed.feed.title,
        "description": parsed.feed.get("subtitle", ""),
        "language": parsed.feed.language,
        "home_page_url": parsed.feed.link,
        "feed_url": links["self"],
        "next_url": links.get("next"),
        "_links": links,
        "_rights": parsed.feed.get("rights"),
        "items": [_item(entry) for entry in parsed.entries],
    }


def _item(entry: Any) -> dict[str, Any]:
    pictures = [link for link in entry.links if link.rel == "enclosure"]
    media = entry.get("media_content", [])
    return {
        "id": entry.id,
        "url": entry.link,
        "title": entry.title,
        "summary": entry.summary,
        "content_html": entry.content[0].value,
        "image": pictures[0].href if pictures else media[0]["url"] if media else None,
        "authors": [{"name": entry.author}],
        "tags": [tag.term for tag in entry.get("tags", [])],
        "date_published": entry.published_parsed,
        "_source_type": entry.get("schema_digitalsourcetype", ""),
    }
