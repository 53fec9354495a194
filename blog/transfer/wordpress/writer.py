"""Writes the blog as a WordPress export (WXR 1.2) that WordPress's own importer takes.

What WordPress has no field for stands beside, in a namespace of ours that it passes over: also the
Markdown of each text, which is what we read when the file comes back.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from email.utils import format_datetime
from html import escape
from typing import Any, TextIO

from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import timezone

from blog import elsewhere, rendering, seo
from blog.models import Post
from blog.transfer.extras import Extras
from blog.transfer.items import AuthorItem, CategoryItem, ImageItem, PostItem, Status, TagItem
from blog.transfer.outgoing import Outgoing
from blog.transfer.sink import Sink

_MEDIA = "media/"
_NEVER = "0000-00-00 00:00:00"
_STATUSES = {Status.PUBLISHED: "publish", Status.SCHEDULED: "future", Status.DRAFT: "draft"}
_HEAD = """<?xml version="1.0" encoding="UTF-8" ?>
<!-- A WordPress eXtended RSS file, made by AutoBlog. In WordPress: Tools, Import, WordPress. -->
<rss version="2.0"
\txmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
\txmlns:content="http://purl.org/rss/1.0/modules/content/"
\txmlns:wfw="http://wellformedweb.org/CommentAPI/"
\txmlns:dc="http://purl.org/dc/elements/1.1/"
\txmlns:wp="http://wordpress.org/export/1.2/"
\txmlns:autoblog="https://autoblog.invalid/export/1/"
>
<channel>
"""


def write(outgoing: Outgoing, sink: Sink) -> None:
    """Write everything."""
    with sink.text("wordpress.xml") as out:
        out.write(_HEAD)
        _Writer(outgoing, out).channel()
        out.write("</channel>\n</rss>\n")
    outgoing.copy_media(sink, _MEDIA)


class _Writer:
    def __init__(self, outgoing: Outgoing, out: TextIO) -> None:
        self._outgoing, self._out = outgoing, out
        self._names: dict[tuple[str, str], str] = {}
        # Their numbers in the file, by the address that texts know.
        self._pictures: dict[str, int] = {}
        self._files: dict[str, str] = {}

    def channel(self) -> None:
        """Write the head and all items."""
        out = self._outgoing
        self._line("title", _html(out.title))
        self._line("link", escape(out.url))
        self._line("description", "")
        self._line("language", escape(str(settings.LANGUAGE_CODE)))
        self._line("wp:wxr_version", "1.2")
        self._line("wp:base_site_url", escape(out.url))
        self._line("wp:base_blog_url", escape(out.url))
        for number, author in enumerate(out.authors(), start=1):
            self._author(number, author)
        numbers = iter(range(1, 1_000_000_000))
        for category in out.categories():
            self._category(next(numbers), category)
        for tag in out.tags():
            self._tag(next(numbers), tag)
        self._line("generator", "AutoBlog")
        for redirect in out.redirects():
            with_path = f"<path>{_cdata(redirect.source_id)}</path>"
            self._line(
                "autoblog:redirect", f"{with_path}<target>{_cdata(redirect.target)}</target>"
            )
        numbers = iter(range(1, 1_000_000_000))
        for image in out.images():
            self._image(next(numbers), image)
        for post in out.posts():
            self._post(next(numbers), post)

    def _author(self, number: int, item: AuthorItem) -> None:
        first, _, last = item.name.partition(" ")
        self._block(
            "wp:author",
            ("wp:author_id", str(number)),
            ("wp:author_login", _cdata(item.slug)),
            ("wp:author_email", _cdata("")),
            ("wp:author_display_name", _cdata(_html(item.name))),
            ("wp:author_first_name", _cdata(_html(first))),
            ("wp:author_last_name", _cdata(_html(last))),
            _extras(bio=item.bio, url=item.url, redirects=item.old_paths),
        )

    def _category(self, number: int, item: CategoryItem) -> None:
        self._names["category", item.slug] = item.name
        self._block(
            "wp:category",
            ("wp:term_id", str(number)),
            ("wp:category_nicename", _cdata(item.slug)),
            ("wp:category_parent", _cdata("")),
            ("wp:cat_name", _cdata(_html(item.name))),
            ("wp:category_description", _cdata(_html(item.description))),
            _extras(position=item.position, redirects=item.old_paths),
        )

    def _tag(self, number: int, item: TagItem) -> None:
        self._names["post_tag", item.slug] = item.name
        self._block(
            "wp:tag",
            ("wp:term_id", str(number)),
            ("wp:tag_slug", _cdata(item.slug)),
            ("wp:tag_name", _cdata(_html(item.name))),
            _extras(redirects=item.old_paths),
        )

    def _image(self, number: int, item: ImageItem) -> None:
        self._files[item.url] = url = seo.absolute(default_storage.url(item.stored_as))
        self._pictures[item.url] = number
        name = item.stored_as.rsplit("/", 1)[-1].rsplit(".", 1)[0]
        described = item.model_dump(
            include={
                *("is_decorative", "credit", "licence", "source_url", "is_ai_generated"),
                *("focal_x", "focal_y"),
            }
        )
        self._block(
            "item",
            ("title", _cdata(_html(item.alt_text or name))),
            ("link", escape(url)),
            *_dates(item.created_at),
            ("dc:creator", _cdata("")),
            ('guid isPermaLink="false"', escape(url)),
            ("description", ""),
            ("content:encoded", _cdata("")),
            ("excerpt:encoded", _cdata(_html(item.caption))),
            *_place(number, name, status="inherit", kind="attachment", at=item.created_at),
            ("wp:attachment_url", _cdata(url)),
            *_meta(
                {"_wp_attached_file": item.stored_as, "_wp_attachment_image_alt": item.alt_text}
            ),
            _extras(**described, stored_as=item.stored_as, file=_MEDIA + item.stored_as),
        )

    def _post(self, number: int, item: PostItem) -> None:
        page = Post(kind=item.post_kind, slug=item.slug, language=item.language)
        url = seo.absolute(page.get_absolute_url())
        text = rendering.render_markdown(item.body)
        own = item.model_dump(
            include={
                *("language", "seo_title", "seo_description", "canonical_url"),
                *("is_ai_generated", "is_sample", "translation_of", "menu_position"),
            }
        )
        kind, changed = item.post_kind.value, item.changed_at or item.publish_at
        self._block(
            "item",
            ("title", _cdata(_html(item.title))),
            ("link", escape(url)),
            *_dates(item.publish_at),
            ("dc:creator", _cdata(item.author)),
            ('guid isPermaLink="false"', escape(url)),
            ("description", ""),
            (
                "content:encoded",
                _cdata(elsewhere.with_whole_addresses(text, elsewhere.Addresses(url, self._files))),
            ),
            ("excerpt:encoded", _cdata(_html(item.summary))),
            *_place(
                number, item.slug, status=_STATUSES[item.status], kind=kind, at=item.publish_at
            ),
            ("wp:post_modified", _cdata(_local(changed))),
            ("wp:post_modified_gmt", _cdata(_utc(changed))),
            *self._terms("category", [item.category] if item.category else []),
            *self._terms("post_tag", item.tags),
            *_meta(
                {
                    "_thumbnail_id": str(self._pictures.get(item.cover, "")),
                    "_yoast_wpseo_title": item.seo_title,
                    "_yoast_wpseo_metadesc": item.seo_description,
                    "_yoast_wpseo_canonical": item.canonical_url,
                }
            ),
            _extras(**own, redirects=item.old_paths),
            ("autoblog:markdown", _cdata(item.body)),
        )

    def _terms(self, domain: str, slugs: Iterable[str]) -> list[tuple[str, str]]:
        return [
            (
                f'category domain="{domain}" nicename="{slug}"',
                _cdata(_html(self._names.get((domain, slug), slug))),
            )
            for slug in slugs
        ]

    def _block(self, name: str, *children: tuple[str, str]) -> None:
        inner = "".join(_element(child, content) for child, content in children if child)
        self._out.write(f"<{name}>\n{inner}</{name}>\n")

    def _line(self, name: str, content: str) -> None:
        self._out.write(_element(name, content))


def _place(
    number: int, name: str, *, status: str, kind: str, at: datetime | None
) -> list[tuple[str, str]]:
    """Return where an item stands among the others; WordPress wants all of it, in this order."""
    return [
        ("wp:post_id", str(number)),
        ("wp:post_date", _cdata(_local(at))),
        ("wp:post_date_gmt", _cdata(_utc(at))),
        ("wp:comment_status", _cdata("closed")),
        ("wp:ping_status", _cdata("closed")),
        ("wp:post_name", _cdata(name)),
        ("wp:status", _cdata(status)),
        ("wp:post_parent", "0"),
        ("wp:menu_order", "0"),
        ("wp:post_type", _cdata(kind)),
        ("wp:post_password", _cdata("")),
        ("wp:is_sticky", "0"),
    ]


def _dates(at: datetime | None) -> list[tuple[str, str]]:
    return [("pubDate", format_datetime(at) if at else "")]


def _meta(values: dict[str, str]) -> list[tuple[str, str]]:
    return [
        (
            "wp:postmeta",
            f"<wp:meta_key>{_cdata(key)}</wp:meta_key><wp:meta_value>{_cdata(value)}</wp:meta_value>",
        )
        for key, value in values.items()
        if value
    ]


def _extras(**values: Any) -> tuple[str, str]:
    """Return what only a blog like this one reads; no element where there is none."""
    written = Extras(**values).written()
    text = json.dumps(written, ensure_ascii=False, sort_keys=True)
    return ("autoblog:extras", _cdata(text)) if written else ("", "")


def _element(name: str, content: str) -> str:
    return f"\t<{name}>{content}</{name.split()[0]}>\n"


def _html(text: str) -> str:
    """Return plain text as WordPress keeps titles and names: as HTML."""
    return escape(text, quote=False)


def _cdata(text: str) -> str:
    safe = rendering.storable(text).replace("]]>", "]]]]><![CDATA[>")
    return f"<![CDATA[{safe}]]>"


def _utc(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}" if at else _NEVER


def _local(at: datetime | None) -> str:
    return (
        f"{timezone.localtime(at, timezone.get_default_timezone()):%Y-%m-%d %H:%M:%S}"
        if at
        else _NEVER
    )
