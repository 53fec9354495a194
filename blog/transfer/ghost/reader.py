"""Reads a Ghost export: rows of tables that refer to each other, in any order, twice."""

import json
from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from blog.transfer.ghost import posts
from blog.transfer.ghost.stream import GhostRows
from blog.transfer.items import Broken, Item, Kind, PostItem, Site
from blog.transfer.notebook import Notebook
from blog.transfer.old_addresses import OldSite
from blog.transfer.reading import FormatRefused, Reading, site_name
from blog.transfer.validity import reason_of

_JOINS = {"posts_tags": "tag_id", "posts_authors": "author_id"}
_LEFT_BEHIND = {
    "members": "members",
    "comments": "comments",
    "newsletters": "newsletters",
    "products": "tiers",
    "snippets": "snippets",
    "offers": "offers",
}


class GhostReader:
    """The items of a Ghost export."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        names = reading.package.names(".json")
        # An archive of ours, or Ghost's own, has it at its top.
        self._name = min(names, key=lambda name: (name.count("/"), name), default="")
        if not self._name:
            raise FormatRefused("There is no .json file to read. Export it under Settings → Labs.")
        facts = self._remember()
        url = reading.choices.url or facts.get("url", "")
        self.old = OldSite.of(url, *reading.choices.hosts)
        self.site = Site(
            source=site_name(reading.choices, url, facts.get("title", ""), reading.package.name),
            url=url,
            title=facts.get("title", ""),
            language=facts.get("locale", ""),
            is_ours=bool(facts.get("is_ours")),
        )
        self._rows_to_items = posts.RowsToItems(reading, self.old, self.site)

    def survey(self) -> Iterator[Item | Broken]:
        """Yield bylines, tags, pictures and the heads of posts."""
        makers = {
            "users": self._rows_to_items.author,
            "tags": self._rows_to_items.term,
            "posts": self._rows_to_items.head,
            "autoblog_authors": self._rows_to_items.byline,
            "autoblog_categories": self._rows_to_items.category,
            "autoblog_tags": self._rows_to_items.tag,
            "autoblog_images": self._rows_to_items.image,
            "autoblog_redirects": self._rows_to_items.redirect,
        }
        if not self.site.is_ours:
            yield self._rows_to_items.feed()
        for table, row in self._rows():
            if name := _LEFT_BEHIND.get(table):
                self._reading.left_behind[name] += 1
            if make := makers.get(table):
                yield from _made(make, row, table)

    def posts(self) -> Iterator[PostItem | Broken]:
        """Yield posts and pages; what has no head was told in the survey."""
        for table, row in self._rows():
            if table == "posts" and isinstance(row, dict):
                for item in _made(self._rows_to_items.post, row, table):
                    if isinstance(item, PostItem | Broken):
                        yield item

    def _remember(self) -> dict[str, str]:
        """Note what other rows refer to, and return what the file says about the blog."""
        notebook, facts = self._reading.notebook, {}
        is_ghost = False
        for table, row in self._rows():
            is_ghost = is_ghost or table in ("posts", "meta")
            if not isinstance(row, dict):
                continue
            if table in _JOINS:
                _note_join(notebook, table, row)
            elif table == "autoblog_posts":
                notebook.write("ghost own", str(row.get("slug")), json.dumps(row))
            elif table == "posts_meta":
                notebook.write("ghost meta", str(row.get("post_id")), json.dumps(row))
            elif table in ("users", "tags"):
                notebook.write(f"ghost {table}", str(row.get("id")), json.dumps(row))
            elif table == "settings" and row.get("key") in ("title", "locale", "lang"):
                key = "title" if row["key"] == "title" else "locale"
                facts[key] = str(row.get("value") or "")
            elif table == "autoblog":
                facts |= {"url": str(row.get("url") or ""), "is_ours": "yes"}
        if not is_ghost:
            raise FormatRefused("The file is JSON, and no Ghost export: it has no posts.")
        return facts

    def _rows(self) -> Iterator[tuple[str, Any]]:
        path = self._reading.package.root / self._name
        try:
            with path.open(encoding="utf-8") as file:
                yield from GhostRows(file).rows()
        except UnicodeDecodeError as error:
            raise FormatRefused("The file is damaged: it is no UTF-8 text.") from error


def _note_join(notebook: Notebook, table: str, row: dict[str, Any]) -> None:
    order = row.get("sort_order")
    place = f"{order:08}" if isinstance(order, int) and order >= 0 else "00000000"
    other = str(row.get(_JOINS[table]))
    notebook.write(f"ghost {table}", f"{row.get('post_id')}/{place}/{other}", other)


def _refuse(_row: dict[str, Any]) -> None:
    raise ValueError("It is no row of a table.")


def _made(make: Any, row: Any, table: str) -> Iterator[Item | Broken]:
    """Yield what a row becomes, or why it becomes nothing."""
    if not isinstance(row, dict):
        row, make = {}, _refuse
    try:
        made = make(row)
        if isinstance(made, Iterator):
            yield from made
        elif made is not None:
            yield made
    except (ValidationError, ValueError, TypeError) as invalid:
        kind = {"users": Kind.AUTHOR, "tags": Kind.TAG}.get(table, Kind.POST)
        yield Broken(
            kind=kind,
            source_id=str(row.get("id") or "?")[:500],
            label=str(row.get("title") or row.get("name") or "")[:160],
            reason=reason_of(invalid),
        )
