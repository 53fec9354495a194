"""Reads a WordPress export: one or several WXR files, item by item, twice."""

from collections.abc import Iterator

from lxml import etree
from pydantic import ValidationError

from blog import languages
from blog.transfer.extras import Extras
from blog.transfer.items import (
    AuthorItem,
    Broken,
    CategoryItem,
    Item,
    Kind,
    PostItem,
    RedirectItem,
    Site,
    TagItem,
)
from blog.transfer.old_addresses import OldSite, as_path, slug_of
from blog.transfer.reading import FormatRefused, Reading, site_name
from blog.transfer.validity import reason_of
from blog.transfer.wordpress import attachments, posts
from blog.transfer.wordpress.fields import Fields, plain
from blog.transfer.wordpress.stream import Frame, Piece, Splitter

# Made by WordPress itself, or thrown away by somebody.
_NOT_WRITTEN = {"auto-draft", "trash", "inherit"}
_OURS = "AutoBlog"


class WordPressReader:
    """The items of a WordPress export."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._files = reading.package.names(".xml", ".wxr")
        if not self._files:
            raise FormatRefused("There is no .xml file to read. Export it under Tools → Export.")
        first = Fields(self._channel(self._files[0]))
        url = reading.choices.url or first.text("base_blog_url") or first.text("link")
        self.old = OldSite.of(url, first.text("base_site_url"), *reading.choices.hosts)
        self.site = Site(
            source=site_name(reading.choices, url),
            url=url,
            title=plain(first.text("title")),
            language=first.text("language"),
            is_ours=first.text("generator").startswith(_OURS),
        )

    def survey(self) -> Iterator[Item | Broken]:
        """Yield bylines, terms, pictures and the heads of posts."""
        for name in self._files:
            yield from self._own_redirects(self._channel(name))
            yield from self._terms(self._channel(name))
        for fields in self._items():
            if isinstance(fields, Broken):
                yield fields
                continue
            try:
                yield from self._survey_item(fields)
            except (ValidationError, ValueError) as invalid:
                yield posts.broken(fields, invalid)

    def posts(self) -> Iterator[PostItem | Broken]:
        """Yield posts and pages; what was broken was told in the survey."""
        for fields in self._items():
            if isinstance(fields, Broken) or not self._is_post(fields):
                continue
            try:
                yield posts.post_of(fields, self._reading, self.old, self.site)
            except (ValidationError, ValueError) as invalid:
                yield posts.broken(fields, invalid)

    def _own_redirects(self, channel: etree._Element) -> Iterator[Item]:
        """Yield addresses that lead to no item: those of an export of ours, or the old feed's."""
        if not self.site.is_ours:
            feed = as_path(f"{self.old.url}/feed/")
            yield RedirectItem(source_id=feed, target=languages.reverse_in("", "blog:feed-rss"))
        for row in Fields(channel).all("redirect"):
            yield RedirectItem(source_id=row.text("path"), target=row.text("target"))

    def _survey_item(self, fields: Fields) -> Iterator[Item]:
        left_behind = self._reading.left_behind
        kind = fields.text("post_type")
        if kind == "attachment":
            if image := attachments.image_of(fields, self._reading, self.old, self.site):
                yield image
        elif self._is_post(fields):
            yield from posts.extra_terms(fields, self._reading.notebook)
            yield posts.head_of(fields, self.old, self.site)
            left_behind["comments"] += fields.count("comment")
            left_behind["sticky marks"] += fields.number("is_sticky")
            left_behind["custom fields"] += posts.count_custom_fields(fields)
        elif kind in ("post", "page"):
            left_behind["posts in the trash or never saved"] += 1
        else:
            words = "menu items" if kind == "nav_menu_item" else f"items of the type “{kind}”"
            left_behind[words] += 1

    def _is_post(self, fields: Fields) -> bool:
        is_written = fields.text("status") not in _NOT_WRITTEN
        return fields.text("post_type") in ("post", "page") and is_written

    def _terms(self, channel: etree._Element) -> Iterator[Item | Broken]:
        """Yield what the beginning of the file declares."""
        fields, notebook = Fields(channel), self._reading.notebook
        makers = [("author", self._author), ("category", self._category), ("tag", self._tag)]
        for name, make in makers:
            for row in fields.all(name):
                try:
                    item = make(row)
                except ValidationError as invalid:
                    yield Broken(kind=Kind(name), source_id="?", reason=reason_of(invalid))
                    continue
                if item and notebook.write_once(f"wordpress {name}", item.source_id, ""):
                    yield item

    def _author(self, row: Fields) -> AuthorItem:
        login = row.text("author_login").strip()
        names = f"{row.words('author_first_name')} {row.words('author_last_name')}".strip()
        name = row.words("author_display_name").strip() or names or login
        extras = posts.extras_of(row, self.site)
        return AuthorItem(
            source_id=login,
            name=name[:120],
            slug=login
            if self.site.is_ours
            else slug_of(name, fallback=slug_of(login, fallback="author")),
            bio=extras.bio,
            url=extras.url,
            old_paths=self._paths(extras, "author", login),
        )

    def _category(self, row: Fields) -> CategoryItem | None:
        nicename, extras = row.text("category_nicename"), posts.extras_of(row, self.site)
        self._reading.notebook.write("wordpress term", row.text("term_id"), nicename)
        if nicename == posts.NO_CATEGORY and not self.site.is_ours:
            return None
        return CategoryItem(
            source_id=nicename,
            name=row.words("cat_name")[:80] or nicename,
            slug=posts.term_slug(nicename),
            description=row.words("category_description"),
            position=extras.position,
            old_paths=self._paths(extras, "category", nicename),
        )

    def _tag(self, row: Fields) -> TagItem:
        nicename = row.text("tag_slug")
        return TagItem(
            source_id=nicename,
            name=row.words("tag_name")[:80] or nicename,
            slug=posts.term_slug(nicename),
            old_paths=self._paths(posts.extras_of(row, self.site), "tag", nicename),
        )

    def _paths(self, extras: Extras, base: str, name: str) -> tuple[str, ...]:
        if self.site.is_ours:
            return extras.redirects
        return (as_path(f"{self.old.url}/{base}/{name}/"),)

    def _items(self) -> Iterator[Fields | Broken]:
        """Yield the items of all files, each parsed alone."""
        for name in self._files:
            with (self._reading.package.root / name).open("rb") as file:
                pieces = Splitter().split(file)
                frame = Frame.of(next(pieces).content)
                items = (piece for piece in pieces if piece.is_item)
                for number, piece in enumerate(items, start=1):
                    yield from self._parse(frame, piece, f"{name}, item {number}")

    def _parse(self, frame: Frame, piece: Piece, place: str) -> Iterator[Fields | Broken]:
        reason = ""
        if piece.is_too_long:
            reason = "It is longer than 32 MB, which no post is."
        elif piece.is_cut:
            reason = "The file ends in the middle of it: the export or its download broke off."
        else:
            try:
                element, is_mended = frame.parse_item(piece.content)
            except ValueError as unreadable:
                reason = str(unreadable)
            else:
                if is_mended and len(parts := piece.apart()) > 1:
                    for part in parts:
                        yield from self._parse(frame, part, place)
                    return
                fields = Fields(element)
                if is_mended and self._reading.notebook.write_once("wordpress mended", place, ""):
                    self._reading.left_behind["items that were no proper XML, and mended"] += 1
                if fields.text("post_id").strip():
                    yield fields
                    return
                reason = "It has no id, or a text in it is not closed."
        yield Broken(kind=Kind.POST, source_id=place[-500:], reason=reason)

    def _channel(self, name: str) -> etree._Element:
        with (self._reading.package.root / name).open("rb") as file:
            head = next(Splitter().split(file))
        if head.is_too_long:
            raise FormatRefused("The beginning of the file, before the first item, is too long.")
        return Frame.of(head.content).parse_head(head.content)
