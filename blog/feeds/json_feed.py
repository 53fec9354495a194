"""JSON Feed 1.1, with our own `_disclosure` beside each text."""

import json
from typing import Any

from django.templatetags.static import static

from blog import seo
from blog.feeds.documents import Document
from blog.feeds.entries import Entry

CONTENT_TYPE = "application/feed+json"


def write(document: Document) -> str:
    """Return `document` as JSON Feed 1.1."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": document.title,
        "description": document.description,
        "home_page_url": document.page,
        "feed_url": document.url,
        "next_url": document.older_url,
        "icon": seo.absolute(static("blog/share.png")),
        "language": document.language,
        "_rights": document.rights,
    }
    items = [_item(entry) for entry in document.entries]
    return json.dumps(_said(feed) | {"items": items}, ensure_ascii=False)


def _item(entry: Entry) -> dict[str, Any]:
    item = {
        "id": entry.id,
        "url": entry.url,
        "title": entry.title,
        "summary": entry.summary,
        "content_html": entry.html,
        "image": entry.picture and entry.picture.url,
        "date_published": entry.published_at.isoformat(),
        "date_modified": entry.changed_at.isoformat(),
        "authors": [{"name": entry.author, "url": entry.author_url}],
        "tags": entry.subjects,
        "language": entry.language,
    }
    made_by = {
        "about": "https://schema.org/digitalSourceType",
        "note": entry.note,
        "digital_source_type": entry.source_type,
        "is_ai_generated": entry.is_ai_generated,
        "is_sample": entry.is_sample,
    }
    return _said(item) | {"_disclosure": made_by}


def _said(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}
