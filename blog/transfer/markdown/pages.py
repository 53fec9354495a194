"""A file of Jekyll or Hugo, from its front matter and text to the common middle."""

import posixpath
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils import timezone

from blog import rendering
from blog.models import Post
from blog.transfer import links
from blog.transfer.from_html import Losses, to_markdown
from blog.transfer.items import (
    AuthorItem,
    CategoryItem,
    Head,
    ImageItem,
    Item,
    PostItem,
    Status,
    TagItem,
)
from blog.transfer.markdown import facts, permalinks, raw_html
from blog.transfer.markdown.front_matter import instant
from blog.transfer.markdown.layout import Layout, Tool
from blog.transfer.markdown.page import Page
from blog.transfer.markdown.tags import Tags
from blog.transfer.markdown.terms import Terms
from blog.transfer.old_addresses import OldSite, as_path, slug_of
from blog.transfer.pictures import IN_PACKAGE, key_of
from blog.transfer.reading import Reading

_MORE = re.compile(r"^[ \t]*<!--\s*more\s*-->[ \t]*$", re.IGNORECASE | re.MULTILINE)
_HEADING = re.compile(r"\A\s*#\s+(.+?)\s*#*\s*(?:\n|\Z)")
_NAMES = "markdown file"


class PageReader:
    """Turns files into items."""

    def __init__(self, reading: Reading, layout: Layout, old: OldSite, terms: Terms) -> None:
        self._reading, self._layout, self._old, self._terms = reading, layout, old, terms
        self._base = as_path(layout.url).rstrip("/") if layout.url else ""

    def is_text(self, page: Page) -> bool:
        """Whether the file is a post or page; without front matter a site would not show it."""
        is_html = page.place.name.lower().endswith(".html")
        needs_facts = self._layout.tool != Tool.NONE or is_html
        return page.document.has_facts or not needs_facts

    def survey(self, page: Page) -> Iterator[Item]:
        """Yield what the page names for the first time, and its head."""
        if not self.is_text(page):
            self._reading.left_behind["files without front matter"] += 1
            return
        for row in facts.people(page.document.facts, self._layout.config):
            if author := self._terms.meet(AuthorItem, row["name"], url=row["url"][:200]):
                yield author
        categories = self._categories(page)
        if categories and (shelf := self._terms.meet(CategoryItem, categories[0])):
            yield shelf
        for name in self._tags(page):
            if tag := self._terms.meet(TagItem, name):
                yield tag
        if image := self._cover(page):
            yield image
        self._remember(page)
        yield self._head(page)

    def post(self, page: Page) -> PostItem:
        """Return the whole post. Raises ValidationError, ValueError."""
        values, notes = page.document.facts, list[str]()
        head, losses = self._head(page), Losses()
        at = self._at(page)
        status = self._status(page, at)
        changed = instant(
            facts.first(values, "lastmod", "last_modified_at", "updated", "modified"),
            self._layout.zone,
        )
        people = facts.people(values, self._layout.config)
        if len(people) > 1:
            notes.append(f"Written by {len(people)} people; a post has one byline here.")
        body, above = self._body(page, losses)
        categories, cover = self._categories(page), self._cover(page)
        return PostItem(
            **dict(head),
            summary=self._summary(values, above, notes),
            body=body,
            status=status,
            stays_draft=self._why_draft(values),
            publish_at=at if status != Status.DRAFT else None,
            changed_at=changed if changed and at and changed > at else None,
            author=self._terms.id_of(people[0]["name"]) if people else "",
            category=self._terms.id_of(categories[0]) if categories else "",
            tags=tuple(map(self._terms.id_of, self._tags(page))),
            cover=cover.source_id if cover else "",
            **self._seo(values),
            translation_of=self._original(page),
            notes=(*notes, *losses.sentences()),
        )

    def _head(self, page: Page) -> Head:
        values, place = page.document.facts, page.place
        kind = Post.Kind.PAGE if self._is_page(page) else Post.Kind.POST
        title = facts.line(values, "title") or self._first_heading(page) or _spoken(place.stem)
        slug = facts.line(values, "slug") or "-".join(filter(None, (place.stem, place.language)))
        language = facts.line(values, "lang", "language", "locale") or place.language
        return Head(
            source_id=place.name[-500:],
            post_kind=kind,
            title=title[:160],
            slug=slug_of(slug, fallback=f"{kind}-{slug_of(title, fallback='untitled')}", limit=150),
            language=language.replace("_", "-").lower()[:12],
            old_paths=tuple(dict.fromkeys(self._old_paths(page))),
        )

    def _is_page(self, page: Page) -> bool:
        values = page.document.facts
        said = {facts.line(values, name).lower() for name in ("layout", "type")}
        return "page" in said or (page.place.is_page and "post" not in said)

    def _first_heading(self, page: Page) -> str:
        found = _HEADING.match(page.document.body)
        return rendering.plain_text(found[1]) if found and not page.document.has_facts else ""

    def _at(self, page: Page) -> datetime | None:
        value = facts.first(page.document.facts, "date", "publishdate", "published_at")
        return instant(value, self._layout.zone) or page.place.at

    def _status(self, page: Page, at: datetime | None) -> Status:
        values = page.document.facts
        is_hidden = values.get("draft") is True or values.get("published") is False
        if is_hidden or page.place.is_draft:
            return Status.DRAFT
        return Status.SCHEDULED if at and at > timezone.now() else Status.PUBLISHED

    def _why_draft(self, values: dict[str, Any]) -> str:
        ends = instant(values.get("expirydate"), self._layout.zone)
        if ends and ends <= timezone.now():
            return "It had expired."
        return "It was private." if values.get("private") is True else ""

    def _categories(self, page: Page) -> list[str]:
        values = page.document.facts
        is_jekyll = self._layout.tool == Tool.JEKYLL
        found = facts.strings(values.get("categories"), splits_at_blanks=is_jekyll)
        return found or facts.strings(values.get("category"))

    def _tags(self, page: Page) -> list[str]:
        values = page.document.facts
        is_jekyll = self._layout.tool == Tool.JEKYLL
        found = facts.strings(values.get("tags"), splits_at_blanks=is_jekyll)
        found = found or facts.strings(values.get("tag") or values.get("keywords"))
        return list(dict.fromkeys(found + self._categories(page)[1:]))

    def _cover(self, page: Page) -> ImageItem | None:
        found = facts.cover(page.document.facts)
        if not found:
            return None
        address = self._located(found["src"], page)
        return ImageItem(
            source_id=key_of(self._old, address),
            url="" if address.startswith(IN_PACKAGE) else self._old.absolute(address),
            file=address.removeprefix(IN_PACKAGE) if address.startswith(IN_PACKAGE) else "",
            alt_text=found["alt"][:250],
            caption=found["caption"][:250],
        )

    def _body(self, page: Page, losses: Losses) -> tuple[str, str]:
        """Return the text, and what stands above its "more" mark."""
        text = page.document.body
        tags = Tags(losses, self._find, self._layout.config)
        if self._layout.tool == Tool.HUGO:
            text = tags.hugo(text)
        elif self._layout.tool == Tool.JEKYLL:
            text = tags.jekyll(text)
        above, mark, below = _split_at_more(
            text, facts.line(page.document.facts, "excerpt_separator")
        )
        text = f"{above.rstrip()}\n\n{below.lstrip()}" if mark else text
        if page.place.name.lower().endswith(".html"):
            text = to_markdown(text, losses)
        else:
            text = raw_html.replace(text, losses) if "<" in text else text.strip("\n")
        if not page.document.has_facts:
            text = _HEADING.sub("", text, count=1).lstrip("\n")
        text = links.rewrite(text, lambda address, _alone: self._located(address, page))
        return text, above if mark else ""

    def _located(self, address: str, page: Page) -> str:
        """Return where an address of the page leads: to a file of the package, if there is one."""
        bare = address.split("#")[0].split("?")[0]
        if self._old.hosts and (path := self._old.path_of(bare)):
            bare = path
        if not bare or ":" in bare.split("/")[0] or bare.startswith("//"):
            return address
        bare = bare.removeprefix(self._base) if bare.startswith(f"{self._base}/") else bare
        folder = posixpath.dirname(page.place.name)
        beside = posixpath.normpath(posixpath.join(folder, bare)) if bare[0] != "/" else ""
        below = bare.lstrip("/")
        named = beside.removeprefix(self._layout.content).removesuffix("/")
        for name in (
            *(beside, below, f"static/{below}", f"assets/{below}"),
            self._reading.notebook.read(_NAMES, named) or "",
        ):
            if name and self._reading.package.path(name):
                return IN_PACKAGE + name + address[len(address.split("#")[0]) :]
        own = next(iter(self._old_paths(page)), "/")
        return address if bare[0] == "/" else posixpath.join(own, address)

    def _find(self, words: str) -> str | None:
        """Return the address of the page that a tag of Jekyll or Hugo names."""
        name = words.strip("\"' ").split("#")[0].strip("/").removesuffix(".md")
        found = self._reading.notebook.read(_NAMES, name)
        return IN_PACKAGE + found if found else None

    def _remember(self, page: Page) -> None:
        """Note the names by which other pages may refer to this one."""
        name = page.place.name
        whole = name.removeprefix(self._layout.content).rsplit(".", 1)[0].removesuffix("/index")
        stem = "" if page.place.language else page.place.stem
        for known in (whole, whole.split("/")[-1], whole.removeprefix("_posts/"), stem):
            self._reading.notebook.write_once(_NAMES, known, name)

    def _original(self, page: Page) -> str:
        """Return the file that this one is a translation of, "" for none."""
        if not page.place.language:
            return ""
        folder, base = posixpath.split(page.place.name)
        stem, _language, ending = base.rsplit(".", 2)
        for name in (f"{stem}.{ending}", f"{stem}.en.{ending}"):
            candidate = posixpath.join(folder, name)
            if candidate != page.place.name and self._reading.package.path(candidate):
                return candidate[-500:]
        return ""

    def _old_paths(self, page: Page) -> Iterator[str]:
        """Yield the addresses that the page had, its own first."""
        values, place = page.document.facts, page.place
        at = self._at(page)
        where = permalinks.Place(
            title=facts.line(values, "title"),
            slug=facts.line(values, "slug") or place.stem,
            filename=place.stem,
            section=place.section,
            categories=tuple(self._categories(page)),
            at=at.astimezone(self._layout.zone) if at else None,
        )
        base = self._base
        if self._layout.tool == Tool.HUGO and place.language:
            base += f"/{place.language}"
        pattern = facts.line(values, "permalink", "url") or self._pattern(page)
        own = permalinks.expand(pattern, where) if pattern else ""
        named = [values.get("aliases"), values.get("redirect_from"), values.get("alias")]
        more = [path for value in named for path in permalinks.aliases(value, own or "/")]
        for path in (own, *more):
            if path and ":" not in path and (found := as_path(base + path)):
                yield found

    def _pattern(self, page: Page) -> str:
        config, is_page = self._layout.config, self._is_page(page)
        if self._layout.tool == Tool.HUGO:
            patterns = config.get("permalinks")
            own = patterns.get(page.place.section) if isinstance(patterns, dict) else None
            return str(own) if isinstance(own, str) else "/:section/:slug/"
        if self._layout.tool == Tool.JEKYLL:
            pattern = str(config.get("permalink") or "date")
            pretty = pattern == "pretty" or pattern.endswith("/")
            return ("/:title/" if pretty else "/:title.html") if is_page else pattern
        return ""

    def _summary(self, values: dict[str, Any], above: str, notes: list[str]) -> str:
        line = facts.line(values, "summary", "excerpt", "description")
        if not line and above:
            line = rendering.plain_text(
                rendering.render_markdown(above[: rendering.MAX_CHARACTERS])
            )
        if len(line) > 400:
            notes.append("The excerpt was cut to 400 characters.")
        return rendering.shorten(line, characters=400)

    def _seo(self, values: dict[str, Any]) -> dict[str, str]:
        names = ["seo_description", "meta_description"]
        if facts.first(values, "summary", "excerpt") is not None:
            names.append("description")
        return {
            "seo_title": facts.line(values, "seo_title", "meta_title")[:160],
            "seo_description": facts.line(values, *names)[:320],
            "canonical_url": facts.line(values, "canonical_url", "canonicalurl", "canonical")[:500],
        }


def _split_at_more(text: str, separator: str) -> tuple[str, str, str]:
    if separator and separator in text:
        return text.partition(separator)
    found = _MORE.search(text)
    return (text[: found.start()], found[0], text[found.end() :]) if found else (text, "", "")


def _spoken(stem: str) -> str:
    """Return a title made of the name of a file."""
    return stem.replace("-", " ").replace("_", " ").strip().capitalize() or "Untitled"
