"""RSS 2.0, with the whole text beside the summary and the cover as Media RSS."""

from datetime import datetime
from typing import Any
from xml.sax.xmlreader import AttributesImpl

from django.templatetags.static import static
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.xmlutils import SimplerXMLGenerator

from blog import seo
from blog.feeds import xml
from blog.feeds.documents import Document

CONTENT_TYPE = "application/rss+xml; charset=utf-8"


def write(document: Document) -> str:
    """Return `document` as RSS 2.0."""
    return xml.fill(_Generator, document)


class _Generator(Rss201rev2Feed):
    def latest_post_date(self) -> datetime:
        document: Document = self.feed["document"]
        return document.changed_at

    def rss_attributes(self) -> dict[str, str]:
        return {
            **super().rss_attributes(),
            **xml.NAMESPACES,
            "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
            "xmlns:dc": "http://purl.org/dc/elements/1.1/",
            "xmlns:media": "http://search.yahoo.com/mrss/",
        }

    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        super().add_root_elements(handler)
        document: Document = self.feed["document"]
        xml.add_history(handler, document, link="atom:link")
        handler.startElement("image", AttributesImpl({}))
        handler.addQuickElement("url", seo.absolute(static("blog/share.png")))
        handler.addQuickElement("title", document.title)
        handler.addQuickElement("link", document.page)
        handler.endElement("image")

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        entry = item["entry"]
        handler.addQuickElement("content:encoded", entry.html)
        handler.addQuickElement("dc:language", entry.language)
        if entry.changed_at > entry.published_at:
            handler.addQuickElement("atom:updated", entry.changed_at.isoformat())
        if picture := entry.picture:
            size = {"width": str(picture.width), "height": str(picture.height)}
            known = {"url": picture.url, "type": picture.type, "medium": "image"}
            handler.addQuickElement("media:content", None, known | size)
            if picture.description:
                handler.addQuickElement("media:description", picture.description)
        xml.add_disclosure(handler, item)
