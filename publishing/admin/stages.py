"""The stages of the review queue: which posts stand there, and in which order they wait."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, ClassVar

from django.contrib.admin import SimpleListFilter
from django.contrib.admin.views.main import ChangeList
from django.db.models import Case, DateTimeField, Q, QuerySet, When
from django.http import HttpRequest
from django.utils import timezone

from blog.querysets import APPEARS, is_to_come

# What waits for a decision the longest, then what appears next.
_NEEDED_FIRST = [
    Case(When(status="in_review", then=None), default=APPEARS, output_field=DateTimeField()).asc(
        nulls_first=True
    ),
    *("updated_at", "pk"),
]


class StageFilter(SimpleListFilter):
    """Where posts stand; what needs a decision comes first and is chosen by itself."""

    title = "stage"
    parameter_name = "stage"
    # The words, which posts, and in which order; an index serves each of the long ones.
    _stages: ClassVar[dict[str | None, tuple[str, Callable[[datetime], Q], list[Any]]]] = {
        None: ("Open", lambda now: Q(status="in_review") | is_to_come(now), _NEEDED_FIRST),
        "review": ("In review", lambda _: Q(status="in_review"), ["updated_at", "pk"]),
        "scheduled": ("Scheduled", is_to_come, [APPEARS.asc(), "pk"]),
        "drafts": ("Drafts", lambda _: Q(status="draft"), ["-updated_at", "-pk"]),
        "live": (
            "Live",
            lambda now: Q(approved_revision__isnull=False, publish_at__lte=now),
            ["-publish_at", "-pk"],
        ),
        "withdrawn": ("Withdrawn", lambda _: Q(status="archived"), ["-updated_at", "-pk"]),
        "all": ("All", lambda _: Q(), ["-updated_at", "-pk"]),
    }

    @classmethod
    def ordering_of(cls, stage: str | None) -> list[Any]:
        """Return the order in which the posts of a stage are listed."""
        return cls._stages.get(stage, cls._stages[None])[2]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The stages that can be chosen."""
        return [(key, words) for key, (words, *_) in self._stages.items() if key]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The posts of the chosen stage."""
        _, condition, _ = self._stages.get(self.value(), self._stages[None])
        return queryset.filter(condition(timezone.now()))

    def choices(self, changelist: ChangeList) -> Iterator[dict[str, Any]]:  # type: ignore[override]
        """One link each."""
        for key, (words, *_) in self._stages.items():
            query = {self.parameter_name: key} if key else {}
            yield {
                "selected": self.value() == key,
                "query_string": changelist.get_query_string(query, [] if key else ["stage"]),
                "display": words,
            }
