"""Writes the blog as a Ghost export that Ghost's own importer takes, each text a card of Markdown.

What Ghost has no field for stands in tables of ours, which it passes over. Ghost keeps pictures
under an address of its own, and posts at the root: the texts it gets lead there.
"""

import hashlib
import json
import uuid
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TextIO
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve

from blog.transfer import links
from blog.transfer.extras import Extras
from blog.transfer.ghost.posts import PLACEHOLDER
from blog.transfer.items import Item, PostItem
from blog.transfer.outgoing import Outgoing
from blog.transfer.sink import Sink

_MEDIA = "content/"
# Any version from this one on reads the file.
_VERSION = "5.0.0"
_LIMITS = {"custom_excerpt": 300, "feature_image_alt": 191, "bio": 250}
_LONG_AGO = "2000-01-01T00:00:00.000Z"

Row = dict[str, Any]


def write(outgoing: Outgoing, sink: Sink) -> None:
    """Write everything."""
    with sink.text("ghost.json") as out:
        _Writer(outgoing, out).document()
    outgoing.copy_media(sink, _MEDIA)


class _Writer:
    def __init__(self, outgoing: Outgoing, out: TextIO) -> None:
        self._outgoing, self._out = outgoing, out
        self._images = {image.url: image for image in outgoing.images()}

    def document(self) -> None:
        """Write the tables, Ghost's own first."""
        out = self._outgoing
        tables: dict[str, Callable[[], Iterable[Row]]] = {
            "posts": lambda: map(self._post, out.posts()),
            "posts_meta": self._posts_meta,
            "users": self._users,
            "tags": self._tags,
            "posts_authors": self._posts_authors,
            "posts_tags": self._posts_tags,
            "settings": self._settings,
            "autoblog": lambda: [{"url": out.url}],
            "autoblog_authors": lambda: map(_plain, out.authors()),
            "autoblog_categories": lambda: map(_plain, out.categories()),
            "autoblog_tags": lambda: map(_plain, out.tags()),
            "autoblog_images": self._own_images,
            "autoblog_posts": lambda: map(self._own_post, out.posts()),
            "autoblog_redirects": lambda: map(_plain, out.redirects()),
        }
        meta = json.dumps({"exported_on": 0, "version": _VERSION})
        self._out.write(f'{{"db":[{{"meta":{meta},"data":{{')
        for place, (name, rows) in enumerate(tables.items()):
            self._out.write(f'{"," if place else ""}\n"{name}":[')
            for number, row in enumerate(rows()):
                comma = "," if number else ""
                self._out.write(f"{comma}\n{json.dumps(row, ensure_ascii=False)}")
            self._out.write("\n]")
        self._out.write("}}]}\n")

    def _post(self, item: PostItem) -> Row:
        card = {"type": "markdown", "version": 1, "markdown": self._for_ghost(item.body)}
        root = {
            "children": [card],
            "direction": None,
            "format": "",
            "indent": 0,
            "type": "root",
            "version": 1,
        }
        at = _moment(item.publish_at)
        return {
            "id": _id("post", item.slug),
            "uuid": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{self._outgoing.url}/{item.slug}")),
            "title": item.title,
            "slug": item.slug,
            "mobiledoc": None,
            "lexical": json.dumps({"root": root}, ensure_ascii=False),
            "html": None,
            "comment_id": _id("post", item.slug),
            "plaintext": None,
            "feature_image": self._image_for_ghost(item.cover) or None,
            "featured": 0,
            "type": item.post_kind.value,
            "status": item.status.value,
            "locale": None,
            "visibility": "public",
            "email_recipient_filter": "all",
            "created_at": at or _LONG_AGO,
            "updated_at": _moment(item.changed_at) or at or _LONG_AGO,
            "published_at": at,
            "custom_excerpt": item.summary[: _LIMITS["custom_excerpt"]] or None,
            "codeinjection_head": None,
            "codeinjection_foot": None,
            "custom_template": None,
            "canonical_url": item.canonical_url or None,
            "newsletter_id": None,
            "show_title_and_feature_image": 1,
        }

    def _posts_meta(self) -> Iterator[Row]:
        for item in self._outgoing.posts(texts=False):
            image = self._images.get(item.cover)
            alt = image.alt_text[: _LIMITS["feature_image_alt"]] if image else ""
            values = {
                "meta_title": item.seo_title,
                "meta_description": item.seo_description,
                "feature_image_alt": alt,
                "feature_image_caption": image.caption if image else "",
            }
            if any(values.values()):
                ids = {"id": _id("meta", item.slug), "post_id": _id("post", item.slug)}
                yield ids | {name: value or None for name, value in values.items()}

    def _users(self) -> Iterator[Row]:
        for item in self._outgoing.authors():
            yield {
                "id": _id("user", item.slug),
                "name": item.name,
                "slug": item.slug,
                # Ghost knows no byline without one; nothing is ever sent there.
                "email": f"{item.slug}@byline.invalid",
                "profile_image": None,
                "cover_image": None,
                "bio": item.bio[: _LIMITS["bio"]] or None,
                "website": item.url or None,
                "status": "active",
                "visibility": "public",
                "created_at": _LONG_AGO,
                "updated_at": _LONG_AGO,
            }

    def _tags(self) -> Iterator[Row]:
        """Yield subjects, and shelves that share their slug with none."""
        subjects = {item.slug: item.name for item in self._outgoing.tags()}
        shelves = {item.slug: (item.name, item.description) for item in self._outgoing.categories()}
        for slug in sorted({*subjects, *shelves}):
            name, description = shelves.get(slug, (subjects.get(slug, ""), ""))
            yield {
                "id": _id("tag", slug),
                "name": subjects.get(slug) or name,
                "slug": slug,
                "description": description[:500] or None,
                "visibility": "public",
                "created_at": _LONG_AGO,
                "updated_at": _LONG_AGO,
            }

    def _posts_authors(self) -> Iterator[Row]:
        for item in self._outgoing.posts(texts=False):
            yield {
                "id": _id("posts_authors", item.slug),
                "post_id": _id("post", item.slug),
                "author_id": _id("user", item.author),
                "sort_order": 0,
            }

    def _posts_tags(self) -> Iterator[Row]:
        """Yield the shelf as the first tag, which is what Ghost's themes show above the title."""
        for item in self._outgoing.posts(texts=False):
            slugs = dict.fromkeys([*([item.category] if item.category else []), *item.tags])
            for order, slug in enumerate(slugs):
                yield {
                    "id": _id("posts_tags", f"{item.slug}/{slug}"),
                    "post_id": _id("post", item.slug),
                    "tag_id": _id("tag", slug),
                    "sort_order": order,
                }

    def _settings(self) -> Iterator[Row]:
        values = {"title": self._outgoing.title, "locale": str(settings.LANGUAGE_CODE)}
        for key, value in values.items():
            yield {
                "id": _id("setting", key),
                "group": "site",
                "key": key,
                "value": value,
                "type": "string",
                "flags": "PUBLIC",
                "created_at": _LONG_AGO,
                "updated_at": _LONG_AGO,
            }

    def _own_images(self) -> Iterator[Row]:
        for image in self._outgoing.images():
            yield _plain(image.model_copy(update={"file": _MEDIA + image.stored_as}))

    def _own_post(self, item: PostItem) -> Row:
        """Return what of a post only a blog like this one reads."""
        own = Extras(
            redirects=item.old_paths,
            **item.model_dump(
                include={
                    *("summary", "language", "seo_title", "seo_description", "canonical_url"),
                    *("is_ai_generated", "is_sample", "translation_of", "menu_position"),
                }
            ),
        )
        refers = {"slug": item.slug, "author": item.author, "category": item.category}
        row: Row = refers | {"tags": list(item.tags), "cover": item.cover, **own.written()}
        # The text itself, where Ghost got another.
        return row | ({"body": item.body} if self._for_ghost(item.body) != item.body else {})

    def _for_ghost(self, text: str) -> str:
        """Return the text with the addresses that things have in Ghost."""
        return links.rewrite(text, lambda address, _alone: self._address_for_ghost(address))

    def _address_for_ghost(self, address: str) -> str | None:
        if image := self._image_for_ghost(address):
            return image
        path = address.removeprefix(self._outgoing.url)
        try:
            match = resolve(urlsplit(path).path) if path.startswith("/") else None
        except (Resolver404, ValueError):
            return None
        if match and match.view_name in ("blog:post", "blog:page"):
            return f"{PLACEHOLDER}/{match.kwargs['slug']}/"
        return None

    def _image_for_ghost(self, address: str) -> str:
        image = self._images.get(address.removeprefix(self._outgoing.url))
        return f"{PLACEHOLDER}/{_MEDIA}{image.stored_as}" if image else ""


def _plain(item: Item) -> Row:
    return item.model_dump(mode="json", exclude_defaults=True)


def _moment(at: Any) -> str | None:
    return f"{at:%Y-%m-%dT%H:%M:%S}.000Z" if at else None


def _id(kind: str, name: str) -> str:
    """Return an id as Ghost makes them, always the same for the same thing."""
    return hashlib.sha256(f"{kind}/{name}".encode()).hexdigest()[:24]
