"""What every reader offers: two readings of the same file, each as a stream.

The first (`survey`) names everything, so that addresses can be planned and links resolved; the
second (`posts`) brings the texts. What cannot be read comes as `Broken`, in its place.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from blog.transfer.items import Broken, Item, PostItem, Site
from blog.transfer.notebook import Notebook
from blog.transfer.old_addresses import OldSite
from blog.transfer.package import Package


class FormatRefused(Exception):
    """The file is not what it is said to be; the message says what was expected."""


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What the person who moves has to say about the old blog, because the file does not."""

    # Its address, and further hosts that its pictures or links use.
    url: str = ""
    hosts: tuple[str, ...] = ()
    # A name for it; the same name finds what was brought before.
    source: str = ""
    # Ghost: the first tag of a post is its category.
    primary_tag_is_category: bool = False


@dataclass(kw_only=True)
class Reading:
    """What a reader is given: the files, the choices, a place for notes, a place for losses."""

    package: Package
    notebook: Notebook
    choices: Choices = field(default_factory=Choices)
    # What this blog has no place for, by name.
    left_behind: Counter[str] = field(default_factory=Counter)


class Reader(Protocol):
    """Reads one format."""

    site: Site
    old: OldSite

    def survey(self) -> Iterator[Item | Broken]:
        """Yield bylines, shelves, subjects, pictures and the heads of posts."""
        ...

    def posts(self) -> Iterator[PostItem | Broken]:
        """Yield the posts and pages, whole."""
        ...


def site_name(choices: Choices, *candidates: str) -> str:
    """Return what keeps the items of this blog apart: the name given, or the first there is."""
    for candidate in (choices.source, choices.url, *candidates):
        name = candidate.split("://")[-1].removeprefix("www.").strip().rstrip("/").lower()
        if name:
            return name[:300]
    return "unnamed"
