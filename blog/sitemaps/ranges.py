"""Ranges of ids: how a table of any size is told section by section, without counting."""

from typing import Any

from django.db import connections
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL


def ranges(rows: QuerySet[Any], size: int) -> list[int]:
    """Return the numbers of the ranges of `size` ids in which there are any of `rows`.

    The index is asked once for each range that it names.
    """
    first_ids = rows.order_by("pk").values("pk")
    following = RawSQL("(found.pk / %s + 1) * %s", [size, size])
    first, first_params = first_ids[:1].query.sql_with_params()
    later, params = first_ids.filter(pk__gte=following)[:1].query.sql_with_params()
    with connections[rows.db].cursor() as cursor:
        cursor.execute(
            f"WITH RECURSIVE found (pk) AS (({first}) UNION ALL"  # noqa: S608 (our own)
            f" SELECT ({later}) FROM found WHERE pk IS NOT NULL)"
            " SELECT pk / %s FROM found WHERE pk IS NOT NULL",
            [*first_params, *params, size],
        )
        return [number for (number,) in cursor.fetchall()]


def in_range(rows: QuerySet[Any], number: int, size: int) -> QuerySet[Any]:
    """Return those of `rows` whose ids are in the range."""
    return rows.filter(pk__gte=number * size, pk__lt=(number + 1) * size).order_by("pk")
