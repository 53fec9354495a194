"""What RSS and Atom have in common, on top of Django's generators of both."""

from typing import Any

from django.utils.feedgenerator import SyndicationFeed
from django.utils.html import escape
from django.utils.xmlutils import SimplerXMLGenerator

from blog.feeds.documents import Document

NAMESPACES = {
    "xmlns:fh": "http://purl.org/syndication/history/1.0",
    "xmlns:schema": "https://schema.org/",
}


def fill(feed_type: type[SyndicationFeed], document: Document) -> str:
    """Return `document` as XML, written by `feed_type`."""
    feed = feed_type(
        title=document.title,
        link=document.page,
        description=document.description or document.title,
        subtitle=document.description or None,
        language=document.language,
        feed_url=document.url,
        feed_guid=document.id,
        feed_copyright=document.rights or None,
        document=document,
    )
    for entry in document.entries:
        feed.add_item(
            title=entry.title,
            link=entry.url,
            # Readers take it for HTML.
            description=escape(entry.summary),
            author_name=entry.author,
            author_link=entry.author_url,
            pubdate=entry.published_at,
            updateddate=entry.changed_at,
            unique_id=entry.id,
            unique_id_is_permalink=False,
            categories=entry.subjects,
            entry=entry,
        )
    return str(feed.writeString("utf-8"))


def add_history(handler: SimplerXMLGenerator, document: Document, *, link: str) -> None:
    """Say where the other pages of the feed are; `link` is the name of Atom's link element."""
    links = {"first": document.first_url}
    if document.is_archive:
        handler.addQuickElement("fh:archive")
        links["current"] = document.first_url
    if document.older_url:
        links |= {"next": document.older_url, "prev-archive": document.older_url}
    for rel, href in links.items():
        handler.addQuickElement(link, None, {"rel": rel, "href": href})


def add_disclosure(handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
    """Say in schema.org's words who wrote the entry, where it was not a person alone."""
    if source_type := item["entry"].source_type:
        handler.addQuickElement("schema:digitalSourceType", source_type)
