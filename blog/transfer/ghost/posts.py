"""What Ghost's rows become in the common middle."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from bs4 import Tag

from blog import languages, rendering
from blog.models import Post
from blog.transfer.extras import Extras
from blog.transfer.from_html import Losses, to_markdown
from blog.transfer.ghost import documents
from blog.transfer.items import (
    AuthorItem,
    CategoryItem,
    Head,
    ImageItem,
    PostItem,
    RedirectItem,
    Site,
    Status,
    TagItem,
)
from blog.transfer.old_addresses import OldSite, as_path, slug_of
from blog.transfer.pictures import key_of
from blog.transfer.reading import Reading

PLACEHOLDER = "__GHOST_URL__"
_SIZE = re.compile(r"(/content/images)/size/w\d+(?:h\d+)?(?:/format/\w+)?/")
_STATUSES = {
    "published": Status.PUBLISHED,
    "sent": Status.PUBLISHED,
    "scheduled": Status.SCHEDULED,
}
# Saving touches a row; readers see a change when it came after the publication.
_A_MOMENT = timedelta(minutes=1)


class RowsToItems:
    """Turns rows into items, with what was noted of the rows they refer to."""

    def __init__(self, reading: Reading, old: OldSite, site: Site) -> None:
        self._notebook = reading.notebook
        self._left_behind = reading.left_behind
        self._has_shelves = reading.choices.primary_tag_is_category
        self._old, self._site = old, site

    def author(self, row: dict[str, Any]) -> AuthorItem | None:
        """Return a byline; accounts, mail addresses and rights stay behind."""
        if self._site.is_ours:
            return None
        name, slug = _line(row.get("name")), _line(row.get("slug"))
        return AuthorItem(
            source_id=_named(row),
            name=name[:120] or slug,
            slug=slug_of(slug or name, fallback=f"author-{row['id']}", limit=120),
            bio=_line(row.get("bio")),
            url=_line(row.get("website"))[:200],
            old_paths=self._paths(f"author/{slug}/"),
        )

    def term(self, row: dict[str, Any]) -> TagItem | CategoryItem | None:
        """Return a tag; those that only editors saw stay behind."""
        if self._site.is_ours:
            return None
        if _is_internal(row):
            self._left_behind["internal tags"] += 1
            return None
        return TagItem(**self._term_fields(row), old_paths=self._paths(f"tag/{row['slug']}/"))

    def category(self, row: dict[str, Any]) -> CategoryItem:
        """Return a shelf of an export of ours."""
        return CategoryItem.model_validate(row)

    def tag(self, row: dict[str, Any]) -> TagItem:
        """Return a subject of an export of ours."""
        return TagItem.model_validate(row)

    def byline(self, row: dict[str, Any]) -> AuthorItem:
        """Return a byline of an export of ours."""
        return AuthorItem.model_validate(row)

    def image(self, row: dict[str, Any]) -> ImageItem:
        """Return a picture of an export of ours."""
        item = ImageItem.model_validate(row)
        url = self._placed(item.url)
        return item.model_copy(update={"source_id": key_of(self._old, url), "url": url})

    def feed(self) -> RedirectItem:
        """Return where readers of the old feed find the new one."""
        path = as_path(f"{self._old.url}/rss/")
        return RedirectItem(source_id=path, target=languages.reverse_in("", "blog:feed-rss"))

    def redirect(self, row: dict[str, Any]) -> RedirectItem:
        """Return an old address of an export of ours."""
        return RedirectItem.model_validate(row)

    def head(self, row: dict[str, Any]) -> Iterator[Head | ImageItem | CategoryItem]:
        """Yield what the post is called, and its feature image."""
        meta = self._meta(row)
        self._left_behind["code injections"] += bool(
            row.get("codeinjection_head") or row.get("codeinjection_foot")
        )
        self._left_behind["featured marks"] += bool(row.get("featured"))
        if shelf := self._shelf(row):
            yield CategoryItem(**self._term_fields(shelf))
        if (url := self._cover(row)) and not self._site.is_ours:
            yield ImageItem(
                source_id=key_of(self._old, url),
                url=self._old.absolute(url),
                alt_text=_line(meta.get("feature_image_alt"))[:250],
                caption=_plain(meta.get("feature_image_caption"))[:250],
            )
        yield self._head(row)

    def post(self, row: dict[str, Any]) -> PostItem:
        """Return the whole post. Raises ValidationError, ValueError."""
        own, meta, notes = self._own(row), self._meta(row), list[str]()
        status = _STATUSES.get(str(row.get("status")), Status.DRAFT)
        published = _when(row.get("published_at")) or _when(row.get("created_at"))
        cover = self._cover(row)
        return PostItem(
            **dict(self._head(row)),
            summary=self._summary(row, own, notes),
            body=self._body(row, notes),
            status=status,
            stays_draft=_why_draft(row),
            publish_at=published if status != Status.DRAFT else None,
            changed_at=self._changed_at(row, published) if status == Status.PUBLISHED else None,
            **self._refers(row, own, notes),
            cover=key_of(self._old, cover) if cover else "",
            **self._seo(row, meta, own),
            **Extras.model_validate(own).part(
                "is_ai_generated", "is_sample", "translation_of", "menu_position"
            ),
            notes=tuple(notes),
        )

    def _head(self, row: dict[str, Any]) -> Head:
        is_page = row.get("type") == "page" or (not row.get("type") and bool(row.get("page")))
        kind = Post.Kind.PAGE if is_page else Post.Kind.POST
        own, slug, title = self._own(row), _line(row.get("slug")), str(row.get("title") or "")
        if self._site.is_ours:
            old_paths = tuple(own.get("redirects") or ())
        else:
            title = _line(title)
            old_paths = self._paths(f"{slug}/") if slug else ()
        return Head(
            source_id=slug if self._site.is_ours else _named(row),
            post_kind=kind,
            title=title[:160],
            slug=slug_of(slug or title, fallback=f"{kind}-{row['id']}", limit=150),
            language=str(own.get("language") or row.get("locale") or "")[:12],
            old_paths=old_paths,
        )

    def _body(self, row: dict[str, Any], notes: list[str]) -> str:
        losses = Losses()
        if self._site.is_ours:
            parts = documents.parts_of(str(row.get("lexical") or ""), "", losses)
            return str(self._own(row).get("body", documents.only_markdown(parts) or ""))
        lexical, mobiledoc, html = (
            self._placed(str(row.get(name) or "")) for name in ("lexical", "mobiledoc", "html")
        )
        parts = documents.parts_of(lexical, mobiledoc, losses)
        as_written = documents.only_markdown(parts)
        if as_written is not None:
            return as_written
        if html:
            # The document was only looked at for what it says of its losses.
            text = to_markdown(html, losses, improve_image=self._improve)
        elif parts:
            text = documents.markdown_of(parts, losses)
        else:
            text = str(row.get("markdown") or row.get("plaintext") or "")
        notes += losses.sentences()
        return text

    def _refers(self, row: dict[str, Any], own: dict[str, Any], notes: list[str]) -> dict[str, Any]:
        """Return byline, shelf and subjects, by their names in the file."""
        if self._site.is_ours:
            names = ("author", "category")
            return {name: str(own.get(name) or "") for name in names} | {
                "tags": tuple(own.get("tags") or ())
            }
        authors = [key for _, key in self._joined("posts_authors", row)]
        if len(authors) > 1:
            notes.append(f"Written by {len(authors)} people; a post has one byline here.")
        tags = [tag for tag in self._tags(row) if not _is_internal(tag)]
        shelf = self._shelf(row)
        return {
            "author": authors[0] if authors else str(row.get("author_id") or ""),
            "category": str(shelf["id"]) if shelf else "",
            "tags": tuple(str(tag["id"]) for tag in tags if tag != shelf),
        }

    def _shelf(self, row: dict[str, Any]) -> dict[str, Any] | None:
        if not self._has_shelves or self._site.is_ours:
            return None
        return next((tag for tag in self._tags(row) if not _is_internal(tag)), None)

    def _tags(self, row: dict[str, Any]) -> Iterator[dict[str, Any]]:
        for _, key in self._joined("posts_tags", row):
            if note := self._notebook.read("ghost tags", key):
                yield json.loads(note)

    def _joined(self, table: str, row: dict[str, Any]) -> Iterator[tuple[str, str]]:
        return self._notebook.all(f"ghost {table}", prefix=f"{row.get('id')}/")

    def _meta(self, row: dict[str, Any]) -> dict[str, Any]:
        """Return what Ghost keeps beside a post; before version 3 it stood in the row."""
        note = self._notebook.read("ghost meta", str(row.get("id")))
        return json.loads(note) if note else row

    def _own(self, row: dict[str, Any]) -> dict[str, Any]:
        note = self._notebook.read("ghost own", str(row.get("slug")))
        return json.loads(note) if note and self._site.is_ours else {}

    def _cover(self, row: dict[str, Any]) -> str:
        if self._site.is_ours:
            return str(self._own(row).get("cover") or "")
        url = self._placed(str(row.get("feature_image") or row.get("image") or ""))
        return _SIZE.sub(r"\1/", url)

    def _seo(
        self, row: dict[str, Any], meta: dict[str, Any], own: dict[str, Any]
    ) -> dict[str, str]:
        if self._site.is_ours:
            names = ("seo_title", "seo_description", "canonical_url")
            return {name: str(own.get(name) or "") for name in names}
        return {
            "seo_title": _line(meta.get("meta_title"))[:160],
            "seo_description": _line(meta.get("meta_description"))[:320],
            "canonical_url": self._placed(_line(row.get("canonical_url")))[:500],
        }

    def _summary(self, row: dict[str, Any], own: dict[str, Any], notes: list[str]) -> str:
        if self._site.is_ours:
            return str(own.get("summary") or "")
        line = _line(row.get("custom_excerpt"))
        if len(line) > 400:
            notes.append("The excerpt was cut to 400 characters.")
        return rendering.shorten(line, characters=400)

    def _changed_at(self, row: dict[str, Any], published: datetime | None) -> datetime | None:
        changed = _when(row.get("updated_at"))
        least = timedelta(0) if self._site.is_ours else _A_MOMENT
        return changed if changed and published and changed > published + least else None

    def _improve(self, image: Tag) -> None:
        """Give a picture the address of its original instead of that of one of its sizes."""
        image["src"] = self._old.absolute(_SIZE.sub(r"\1/", str(image["src"])))

    def _placed(self, text: str) -> str:
        return text.replace(PLACEHOLDER, self._old.url)

    def _paths(self, path: str) -> tuple[str, ...]:
        found = as_path(f"{self._old.url}/{path}")
        return (found,) if found else ()

    def _term_fields(self, row: dict[str, Any]) -> dict[str, Any]:
        name, slug = _line(row.get("name")), _line(row.get("slug"))
        return {
            "source_id": _named(row),
            "name": name[:80] or slug,
            "slug": slug_of(slug or name, fallback=f"tag-{row['id']}"),
        }


def _named(row: dict[str, Any]) -> str:
    if row.get("id") in (None, ""):
        raise ValueError("It has no id.")
    return str(row["id"])


def _is_internal(tag: dict[str, Any]) -> bool:
    return tag.get("visibility") == "internal" or str(tag.get("name") or "").startswith("#")


def _why_draft(row: dict[str, Any]) -> str:
    visibility = str(row.get("visibility") or "public")
    if row.get("status") == "sent":
        return "It was only sent by e-mail."
    if visibility != "public":
        return f"It was for {visibility} only; here it would be open to everybody."
    return ""


def _when(value: Any) -> datetime | None:
    """Return an instant, written in any of the ways of Ghost's versions; None for none."""
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value / 1000, UTC).replace(microsecond=0)
        moment = datetime.fromisoformat(str(value)) if value else None
    except (ValueError, OverflowError, OSError):
        return None
    if moment is None:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC).replace(microsecond=0)


def _line(value: Any) -> str:
    return " ".join(str(value or "").split())


def _plain(value: Any) -> str:
    return rendering.plain_text(str(value or ""))
