"""Atom 1.0, with the whole text beside the summary and the cover as an enclosure."""

from datetime import datetime
from typing import Any

from django.utils.feedgenerator import Atom1Feed
from django.utils.xmlutils import SimplerXMLGenerator

from blog.feeds import xml
from blog.feeds.documents import Document

CONTENT_TYPE = "application/atom+xml; charset=utf-8"


def write(document: Document) -> str:
    """Return `document` as Atom 1.0."""
    return xml.fill(_Generator, document)


class _Generator(Atom1Feed):
    def latest_post_date(self) -> datetime:
        document: Document = self.feed["document"]
        return document.changed_at

    def root_attributes(self) -> dict[str, str]:
        return {**super().root_attributes(), **xml.NAMESPACES}

    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        super().add_root_elements(handler)
        xml.add_history(handler, self.feed["document"], link="link")

    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        return {"xml:lang": item["entry"].language}

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        entry = item["entry"]
        handler.addQuickElement("content", entry.html, {"type": "html"})
        if picture := entry.picture:
            known = {"rel": "enclosure", "href": picture.url, "type": picture.type}
            title = {"title": picture.description} if picture.description else {}
            handler.addQuickElement("link", None, known | title)
        xml.add_disclosure(handler, item)
