"""Counts that stop at a bound: people need to know that there are many, not which million."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property

BOUND = 10_000


@dataclass(frozen=True)
class Count:
    """A number of rows, or that there are more than `number`."""

    number: int
    is_more: bool = False

    def __str__(self) -> str:
        return f"more than {self.number:,}" if self.is_more else f"{self.number:,}"

    def __bool__(self) -> bool:
        return self.number > 0


def up_to(rows: QuerySet[Any], bound: int = BOUND) -> Count:
    """Return how many `rows` there are; beyond `bound` nobody looks."""
    # In their order, so that an index which serves it can be counted instead of the table.
    number = rows[: bound + 1].count()
    return Count(min(number, bound), is_more=number > bound)


class BoundedPaginator(Paginator):  # type: ignore[type-arg]
    """Pages through the first rows, up to the bound; a filter leads to the others."""

    template_name = "admin/_pager.html"
    object_list: QuerySet[Any]

    @cached_property
    def total(self) -> Count:
        """How many there are, as far as anybody counts."""
        return up_to(self.object_list)

    @cached_property
    def count(self) -> int:
        """How many can be paged through."""
        return self.total.number

    def page(self, number: Any) -> Any:
        """Return a page; one that lies behind the last is the last."""
        return super().page(min(int(number), self.num_pages))
