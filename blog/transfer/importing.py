"""Brings another blog here: first everything is looked at, then planned, then brought one by one.

The same function makes the trial and the real thing, for the command and for the admin. One thing
that fails never stops the rest. It may be killed at any moment: what was brought is whole, and the
same import again goes on where this one ended.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

import structlog
from django.core.exceptions import ValidationError
from django.db import DatabaseError, InterfaceError, connection

from blog.models import Redirect
from blog.transfer import addressing, formats, media, package, posts, publisher, terms
from blog.transfer.items import (
    AuthorItem,
    Broken,
    CategoryItem,
    Head,
    ImageItem,
    Item,
    Kind,
    RedirectItem,
    TagItem,
)
from blog.transfer.move import Move, Options
from blog.transfer.notebook import Notebook
from blog.transfer.reading import Choices, Reading
from blog.transfer.report import Line, Outcome, Report
from blog.transfer.validity import reason_of

log = structlog.get_logger(__name__)

Found = TypeVar("Found", bound=Item)
# How far it is: so many of so many posts.
Progress = Callable[[int, int], None]


class AlreadyRunning(Exception):
    """Somebody imports the same blog just now."""


def run(
    format_name: str,
    path: Path,
    *,
    choices: Choices,
    options: Options,
    listen: Callable[[Line], None] | None = None,
    progress: Progress | None = None,
) -> Report:
    """Import the file or folder at `path` and return what was done, or in a trial would be.

    Raises FormatRefused, PackageRefused, AlreadyRunning, PublishingRefused.
    """
    if options.publish:
        _check_right_to_publish(options)
    report = Report(format=format_name, is_trial=not options.apply, listener=listen)
    with package.opened(path) as files, Notebook() as notebook:
        reading = Reading(
            package=files, notebook=notebook, choices=choices, left_behind=report.left_behind
        )
        reader = formats.reader(format_name, reading)
        report.source = reader.site.source
        with _alone(reader.site.source):
            move = Move(
                reader=reader, package=files, notebook=notebook, options=options, report=report
            )
            _bring_everything(move, progress or (lambda _done, _total: None))
    for name in [name for name, number in report.left_behind.items() if not number]:
        del report.left_behind[name]
    return report


def _bring_everything(move: Move, progress: Progress) -> None:
    for item in _good(move, move.reader.survey()):
        look_at(move, item)
    total = addressing.plan(move)
    progress(0, total)
    _bring_terms(move)
    if move.options.all_media or move.reader.site.is_ours:
        for _, note in move.notebook.all(media.IMAGES):
            image = ImageItem.model_validate_json(note)
            with _survived(move, image):
                media.bring(move, image.source_id)
    for done, item in enumerate(_good(move, move.reader.posts()), start=1):
        with _survived(move, item):
            posts.bring(move, item)
        progress(min(done, total), total)
    posts.link_translations(move)
    _bring_redirects(move)
    _count_unused_media(move)


def _check_right_to_publish(options: Options) -> None:
    desk = publisher.current()
    if desk is None or options.by is None or not desk.allows(options.by):
        raise publisher.PublishingRefused(
            "To put imported posts live needs somebody who answers for it: name an account that has"
            " the right to. Without it everything comes as drafts."
        )


def look_at(move: Move, item: Item) -> None:
    """Note what the survey says, for the second reading."""
    if isinstance(item, AuthorItem | CategoryItem | TagItem):
        terms.remember(move, item)
    elif isinstance(item, ImageItem):
        media.remember(move, item)
    elif isinstance(item, RedirectItem):
        move.notebook.write("redirect", item.source_id, item.model_dump_json())
    if isinstance(item, Head | AuthorItem | CategoryItem | TagItem):
        addressing.remember(move, item)


def _bring_terms(move: Move) -> None:
    for kind in (AuthorItem, CategoryItem, TagItem):
        for _, note in move.notebook.all(kind.kind):
            item = kind.model_validate_json(note)
            with _survived(move, item):
                terms.bring(move, item)


def _bring_redirects(move: Move) -> None:
    """Bring the addresses that lead to none of the things of the file."""
    for _, note in move.notebook.all("redirect"):
        item = RedirectItem.model_validate_json(note)
        with _survived(move, item), move.step():
            values = {"target": item.target}
            _, is_new = Redirect.objects.get_or_create(path=item.source_id, defaults=values)
            move.report.redirects += is_new


def _count_unused_media(move: Move) -> None:
    unused = sum(
        not media.was_looked_at(move, key) and move.known(Kind.IMAGE, key) is None
        for key, _ in move.notebook.all(media.IMAGES)
    )
    move.report.left_behind["pictures that no post shows"] += unused


def _good(move: Move, found: Iterator[Found | Broken]) -> Iterator[Found]:
    """Yield what could be read, and report the rest."""
    for item in found:
        if not isinstance(item, Broken):
            yield item
        # What is broken is met in both readings.
        elif move.notebook.write_once("broken", item.model_dump_json(), ""):
            move.report.add(
                Line(
                    outcome=Outcome.FAILED,
                    kind=item.kind.value,
                    source_id=item.source_id,
                    label=item.label,
                    reason=item.reason,
                )
            )


@contextmanager
def _survived(move: Move, item: Item) -> Iterator[None]:
    """Report what goes wrong with one thing, and go on with the next."""
    try:
        yield
    except (ValidationError, ValueError, RecursionError) as refused:
        move.tell(Outcome.FAILED, item, reason_of(refused))
    except (DatabaseError, InterfaceError) as error:
        # Without the database nothing else would succeed either.
        if not connection.is_usable():
            raise
        log.warning("import_item_refused", source_id=item.source_id, exc_info=True)
        move.tell(Outcome.FAILED, item, f"The database refused it: {str(error).splitlines()[0]}")
    except Exception:
        log.exception("import_item_failed", source_id=item.source_id)
        move.tell(Outcome.FAILED, item, "Something unexpected happened; the log says what.")


@contextmanager
def _alone(source: str) -> Iterator[None]:
    """Import a blog once at a time, in the whole installation. Raises AlreadyRunning."""
    name = f"import {source}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [name])
        (is_ours,) = cursor.fetchone()
    if not is_ours:
        raise AlreadyRunning(f"“{source}” is being imported just now. Wait until that has ended.")
    try:
        yield
    finally:
        # A connection that broke gave the lock back already.
        with suppress(DatabaseError, InterfaceError), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])
