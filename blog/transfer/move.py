"""One import under way: what is read, what is wanted, what was done so far.

A trial does all of it and keeps nothing: each step is one transaction, rolled back at its end. What
it says is therefore what would happen, down to the last constraint of the database; only pictures
are not fetched.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from blog.models import ImportedItem
from blog.transfer.items import Item, Kind
from blog.transfer.notebook import Notebook
from blog.transfer.package import Package
from blog.transfer.reading import Reader
from blog.transfer.report import Line, Outcome, Report


@dataclass(frozen=True, kw_only=True)
class Options:
    """What the person who moves wants."""

    by: AbstractBaseUser | None = None
    # Keep what is brought; without it nothing is.
    apply: bool = False
    # Put live what was live there.
    publish: bool = False
    # Bring again what was brought once and deleted here.
    again: bool = False
    fetch_images: bool = True
    # Also pictures that no post shows.
    all_media: bool = False
    media: Package | None = None
    # The slug of the byline for posts that have none.
    author: str = ""


@dataclass(kw_only=True)
class Move:
    """One import under way."""

    reader: Reader
    package: Package
    notebook: Notebook
    options: Options
    report: Report
    # What is said once and not again.
    said: set[str] = field(default_factory=set)

    @contextmanager
    def step(self) -> Iterator[None]:
        """One thing, whole or not at all; in a trial not at all."""
        with transaction.atomic():
            yield
            if not self.options.apply:
                transaction.set_rollback(True)

    def known(self, kind: Kind, source_id: str) -> ImportedItem | None:
        """Return what an earlier import noted about a thing of this blog."""
        return ImportedItem.objects.filter(
            source=self.reader.site.source, kind=kind, source_id=source_id
        ).first()

    def tell(
        self, outcome: Outcome, item: Item, reason: str = "", notes: tuple[str, ...] = ()
    ) -> None:
        """Report what became of an item."""
        self.report.add(
            Line(
                outcome=outcome,
                kind=item.kind.value,
                source_id=item.source_id,
                label=item.label,
                reason=reason,
                notes=notes,
            )
        )
