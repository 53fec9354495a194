"""Brings bylines, shelves and subjects; those that are here already, by slug, stay as they are.

A byline is a name under texts and nothing else: no account and no right comes with it.
"""

from typing import Any, TypeVar

from blog.models import Author, Category, ImportedItem, Redirect, Tag
from blog.transfer.items import AuthorItem, CategoryItem, Item, Kind, TagItem
from blog.transfer.move import Move
from blog.transfer.report import Outcome

Term = TypeVar("Term", Author, Category, Tag)
_ITEMS: dict[type, type[Item]] = {Author: AuthorItem, Category: CategoryItem, Tag: TagItem}


def remember(move: Move, item: AuthorItem | CategoryItem | TagItem) -> None:
    """Note what the file says of it, for the posts that refer to it."""
    move.notebook.write(item.kind, item.source_id, item.model_dump_json())


def bring(move: Move, item: AuthorItem | CategoryItem | TagItem) -> None:
    """Bring one byline, shelf or subject, and report it."""
    models: dict[Kind, Any] = {Kind.AUTHOR: Author, Kind.CATEGORY: Category, Kind.TAG: Tag}
    with move.step():
        row, outcome, reason = _here(move, models[item.kind], item)
        if row is not None:
            _redirect(move, row, item)
    move.tell(outcome, item, reason)


def here(move: Move, model: type[Term], source_id: str) -> Term | None:
    """Return the row that a post refers to; None where the file does not say what it is, or where
    it was deleted here.
    """
    kind = Kind(model.__name__.lower())
    note = move.notebook.read(kind, source_id)
    if note is None:
        return None
    row, _, _ = _here(move, model, _ITEMS[model].model_validate_json(note))  # type: ignore[arg-type]
    return row


def _here(
    move: Move, model: type[Term], item: AuthorItem | CategoryItem | TagItem
) -> tuple[Term | None, Outcome, str]:
    """Return the row, made if need be, what that was, and why."""
    known = move.known(item.kind, item.source_id)
    if known and (row := model._default_manager.filter(pk=known.object_id).first()):
        return row, Outcome.UNCHANGED, ""
    row = model._default_manager.filter(slug=item.slug).first()
    outcome, reason = Outcome.UNCHANGED, "It is here already, under the same slug."
    if row is None:
        # A post needs its byline.
        if known and not (move.options.again or item.kind == Kind.AUTHOR):
            return None, Outcome.SKIPPED, "It was brought before and deleted here."
        fields = item.model_dump(exclude={"source_id", "old_paths"})
        row = model(**fields)
        row.full_clean()
        row.save()
        outcome, reason = Outcome.CREATED, ""
    ImportedItem.objects.update_or_create(
        source=move.reader.site.source,
        kind=item.kind,
        source_id=item.source_id,
        defaults={"object_id": row.pk, "digest": item.digest()},
    )
    return row, outcome, reason


def _redirect(move: Move, row: Author | Category | Tag, item: Item) -> None:
    """Let the old addresses lead to it, except those that lead somewhere already."""
    field = type(row).__name__.lower()
    for path in item.old_paths:
        if path not in ("", "/", row.get_absolute_url()):
            _, is_new = Redirect.objects.get_or_create(path=path, defaults={field: row})
            move.report.redirects += is_new
