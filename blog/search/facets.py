"""By what the matches of a search can be narrowed: category, tag and year, with their numbers."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from blog.models import Category, Tag
from blog.search.filters import Filters

MOST_TAGS = 8


class Hit(NamedTuple):
    """A match, without its text."""

    pk: int
    category_id: int | None
    publish_at: datetime | None


@dataclass(frozen=True)
class Choice:
    """One way to narrow a search (or, if it is chosen, back), and to how many matches."""

    label: str
    matches: int
    query: str
    is_chosen: bool = False


@dataclass(frozen=True)
class Facet:
    """The choices of one kind."""

    name: str
    title: str
    choices: list[Choice]


def facets_of(hits: list[Hit], *, words: str, filters: Filters) -> list[Facet]:
    """Return what the matches can be narrowed by, and what they were narrowed by."""
    kinds = {
        "category": (_("Category"), _categories),
        "tag": (_("Tags"), _tags),
        "year": (_("Year"), _years),
    }
    facets = []
    for name, (title, rows_of) in kinds.items():
        chosen = getattr(filters, name)
        choices = [
            Choice(
                label,
                matches,
                filters.query_string(words, **{name: "" if value == chosen else value}),
                is_chosen=value == chosen,
            )
            for value, label, matches in rows_of(hits)
            if not chosen or value == chosen
        ]
        if chosen and not choices:
            back = filters.query_string(words, **{name: ""})
            choices = [Choice(chosen, 0, back, is_chosen=True)]
        # A single way to go is no choice.
        if len(choices) > 1 or chosen:
            facets.append(Facet(name, title, choices))
    return facets


def _categories(hits: list[Hit]) -> Iterable[tuple[str, str, int]]:
    counts = Counter(hit.category_id for hit in hits)
    rows = Category.objects.filter(pk__in=[pk for pk in counts if pk])
    return [(row.slug, row.name, counts[row.pk]) for row in rows]


def _tags(hits: list[Hit]) -> Iterable[tuple[str, str, int]]:
    rows = Tag.objects.filter(posts__in=[hit.pk for hit in hits])
    counted = rows.annotate(matches=Count("posts")).order_by("-matches", "name")
    return [(row.slug, row.name, row.matches) for row in counted[:MOST_TAGS]]


def _years(hits: list[Hit]) -> Iterable[tuple[str, str, int]]:
    counts = Counter(timezone.localtime(hit.publish_at).year for hit in hits if hit.publish_at)
    return [(str(year), str(year), counts[year]) for year in sorted(counts, reverse=True)]
