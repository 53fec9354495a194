"""Our own export read back: every field as it was, and the text as it was written."""

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from pydantic import ValidationError

from blog.models import Post
from blog.transfer.items import (
    AuthorItem,
    Broken,
    CategoryItem,
    Head,
    ImageItem,
    Item,
    PostItem,
    RedirectItem,
    Status,
    TagItem,
)
from blog.transfer.markdown import facts
from blog.transfer.markdown.front_matter import instant
from blog.transfer.markdown.page import Page
from blog.transfer.notebook import Notebook
from blog.transfer.old_addresses import OldSite
from blog.transfer.package import Package
from blog.transfer.pictures import key_of
from blog.transfer.validity import reason_of

# Each file has one thing a line, as JSON.
FILES: dict[str, type[Item]] = {
    "authors": AuthorItem,
    "categories": CategoryItem,
    "tags": TagItem,
    "images": ImageItem,
    "redirects": RedirectItem,
}
PAGES = "content/pages/"
_LONGEST_LINE = 1_000_000


class OwnExport:
    """The parts of an export that are no texts, and how texts refer to them."""

    def __init__(self, package: Package, notebook: Notebook, old: OldSite) -> None:
        self._package, self._notebook, self._old = package, notebook, old

    def things(self) -> Iterator[Item | Broken]:
        """Yield bylines, shelves, subjects, pictures and redirects."""
        for name, kind in FILES.items():
            for number, line in enumerate(self._lines(f"autoblog/{name}.jsonl"), start=1):
                try:
                    item = kind.model_validate_json(line)
                except ValidationError as invalid:
                    place = f"{name}.jsonl, line {number}"
                    yield Broken(kind=kind.kind, source_id=place, reason=reason_of(invalid))
                    continue
                yield self._met(item)

    def head(self, page: Page) -> Head:
        """Return what the post is called."""
        values = page.document.facts
        is_page = page.place.name.startswith(PAGES)
        slug = str(values.get("slug") or PurePosixPath(page.place.name).stem)
        return Head(
            source_id=slug,
            post_kind=Post.Kind.PAGE if is_page else Post.Kind.POST,
            title=str(values.get("title") or ""),
            slug=slug,
            language=str(values.get("language") or ""),
            old_paths=tuple(values.get("aliases") or ()),
        )

    def post(self, page: Page) -> PostItem:
        """Return the whole post."""
        values = page.document.facts
        cover = str(values.get("cover") or "")
        status = Status(str(values.get("status") or "draft"))
        text = {
            name: str(values.get(name) or "")
            for name in ("summary", "seo_title", "canonical_url", "translation_of")
        }
        return PostItem(
            **dict(self.head(page)),
            **text,
            body=page.document.body,
            status=status,
            publish_at=instant(values.get("date")),
            changed_at=instant(values.get("lastmod")),
            author=self._named(AuthorItem, values.get("author")),
            category=self._named(CategoryItem, facts.first(values, "categories")),
            tags=tuple(self._named(TagItem, name) for name in values.get("tags") or ()),
            cover=key_of(self._old, cover) if cover else "",
            seo_description=str(values.get("description") or ""),
            is_ai_generated=values.get("is_ai_generated") is True,
            is_sample=values.get("is_sample") is True,
            menu_position=values.get("menu_position"),
        )

    def _met(self, item: Item) -> Item:
        """Note by which names texts refer to the thing."""
        if isinstance(item, AuthorItem | CategoryItem | TagItem):
            self._notebook.write(f"ours {item.kind}", item.name, item.slug)
            self._notebook.write(f"ours {item.kind} slug", item.slug, item.slug)
        if isinstance(item, ImageItem):
            return item.model_copy(update={"source_id": key_of(self._old, item.url)})
        return item

    def _named(self, kind: type[Item], name: Any) -> str:
        """Return the slug that a text means: a slug, or a name that only one thing has."""
        word = str((name or [""])[0] if isinstance(name, list) else name or "")
        by_slug = self._notebook.read(f"ours {kind.kind} slug", word)
        return by_slug or self._notebook.read(f"ours {kind.kind}", word) or word

    def _lines(self, name: str) -> Iterator[str]:
        path = self._package.path(name)
        if path is None:
            return
        with path.open(encoding="utf-8", errors="replace") as file:
            while line := file.readline(_LONGEST_LINE):
                if line.strip():
                    yield line
