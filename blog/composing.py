"""A query that is put together once and asked many times, each time with other values.

For the pages that are asked for most, the ORM needs several times as long to write the SQL, and
PostgreSQL to plan it, as to answer. Here both do it once: the ORM puts marks in the place of the
values, and each connection keeps the statement prepared; the rows become objects as they always
do. What is composed must depend on nothing but the values it is given: an instant that it took from
the clock itself is refused.
"""

import copy
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import NotSupportedError, connections, router
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.models import QuerySet
from django.db.models.sql import UpdateQuery

_Row = TypeVar("_Row")


class NotComposable(Exception):
    """The query depends on something else than its values; the message says on what."""


def rows(name: Hashable, compose: Callable[..., QuerySet[Any, _Row]], **values: Any) -> list[_Row]:
    """Return the rows of `compose(**values)`.

    `name` stands for everything that decides on the form of the query, such as the language, and
    whether a value is there at all: None is no value. Raises NotComposable.
    """
    composed = _composed.get(name)
    if composed is None:
        composed = _composed[name] = _compose(compose, values)
    return composed.ask(values)


def update(
    name: Hashable,
    compose: Callable[..., tuple[QuerySet[Any], dict[str, Any]]],
    **values: Any,
) -> int:
    """Change rows: which ones, and what of them, says `compose(**values)`; returns how many.

    Nothing but rows of one table and expressions of its columns. Raises NotComposable.
    """
    change = _changes.get(name)
    if change is None:
        change = _changes[name] = _compose_update(compose, values)
    alias, statement = change
    with _executed(connections[alias], statement.sql, statement.parameters(values)) as cursor:
        return int(cursor.rowcount)


@dataclass(frozen=True)
class _Statement:
    sql: str
    # For each parameter the name of its value, or itself.
    names: list[str | None]
    constants: list[Any]

    def parameters(self, values: dict[str, Any]) -> tuple[Any, ...]:
        return tuple(
            constant if name is None else values[name]
            for name, constant in zip(self.names, self.constants, strict=True)
        )


@dataclass(frozen=True)
class _Composed:
    queryset: Any
    compiler: Any
    statement: _Statement
    converters: dict[int, Any]

    def ask(self, values: dict[str, Any]) -> list[Any]:
        """Return the rows for these values."""
        parameters = self.statement.parameters(values)
        compiler = copy.copy(self.compiler)
        # Converters are given it, and connections belong to threads.
        compiler.connection = connections[self.queryset.db]
        compiler.get_converters = lambda _columns: self.converters
        compiler.execute_sql = lambda *_, **__: [
            _fetch(self.queryset.db, self.statement.sql, parameters)
        ]
        asked: Any = SimpleNamespace(
            db=self.queryset.db,
            model=self.queryset.model,
            query=SimpleNamespace(get_compiler=lambda *_, **__: compiler),
            _known_related_objects={},
        )
        return list(self.queryset._iterable_class(asked))


_composed: dict[Hashable, _Composed] = {}
_changes: dict[Hashable, tuple[str, _Statement]] = {}


def _fetch(alias: str, sql: str, parameters: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    # Connections belong to threads.
    connection = connections[alias]
    try:
        return _execute(connection, sql, parameters)
    except NotSupportedError:
        # "cached plan must not change result type": a migration changed a column meanwhile.
        if connection.in_atomic_block:
            # Whoever tries again must not meet the same plan, in a pool least of all.
            connection.connection.close()
            raise
        connection.close()
        return _execute(connection, sql, parameters)


def _execute(connection: Any, sql: str, parameters: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    with _executed(connection, sql, parameters) as cursor:
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


@contextmanager
def _executed(connection: Any, sql: str, parameters: tuple[Any, ...]) -> Iterator[Any]:
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    # Django's own cursors write the values into the text, which makes every statement a new one.
    prepares: Any = ServerBindingCursor
    with connection._prepare_cursor(prepares(connection.connection)) as cursor:
        # For this one alone: of the others, each would be kept with its values in it.
        connection.connection.prepare_threshold = settings.PREPARE_COMPOSED_QUERIES_AFTER
        try:
            cursor.execute(sql, parameters)
        finally:
            connection.connection.prepare_threshold = None
        yield cursor


def _compose(compose: Callable[..., QuerySet[Any]], values: dict[str, Any]) -> _Composed:
    marks = {name: _mark(place, value) for place, (name, value) in enumerate(values.items())}
    queryset: Any = compose(**marks)
    if queryset._prefetch_related_lookups:
        raise NotComposable("It asks further queries.")
    compiler = queryset.query.get_compiler(using=queryset.db)
    sql, parameters = compiler.as_sql()
    converters = compiler.get_converters([column for column, *_ in compiler.select])
    return _Composed(queryset, compiler, _statement(sql, parameters, marks), converters)


def _compose_update(
    compose: Callable[..., tuple[QuerySet[Any], dict[str, Any]]], values: dict[str, Any]
) -> tuple[str, _Statement]:
    marks = {name: _mark(place, value) for place, (name, value) in enumerate(values.items())}
    queryset, fields = compose(**marks)
    query: Any = queryset.query.chain(UpdateQuery)
    query.add_update_values(fields)
    query.annotations = {}
    alias = router.db_for_write(queryset.model)
    sql, parameters = query.get_compiler(using=alias).as_sql()
    return alias, _statement(sql, parameters, marks)


def _statement(sql: str, parameters: Sequence[Any], marks: dict[str, Any]) -> _Statement:
    by_mark = {mark: name for name, mark in marks.items()}
    names = [by_mark.get(p) if isinstance(p, Hashable) else None for p in parameters]
    if missing := marks.keys() - set(names):
        raise NotComposable(f"These values are nowhere in it: {', '.join(sorted(missing))}.")
    for name, parameter in zip(names, parameters, strict=True):
        if name is None and isinstance(parameter, datetime):
            raise NotComposable(
                f"It looked at the clock itself ({parameter}); give it the instant."
            )
    return _Statement(sql, names, list(parameters))


def _mark(place: int, value: object) -> Any:
    """Return something of the value's kind that stands nowhere else in a query."""
    match value:
        case datetime():
            return datetime(1, 1, 2, microsecond=place, tzinfo=UTC)
        case date():
            return date(1, 1, 3 + place)
        case Decimal():
            return Decimal(place + 1).scaleb(-9)
        case timedelta():
            return timedelta(days=-(10**6), microseconds=place)
        case str():
            return f"\x02{place}"
        case UUID():
            return UUID(int=place + 1)
        case int():
            # The smallest columns that are asked for take no more, and none takes less than 0.
            return 2**15 - 1 - place
    raise NotComposable(f"It takes no values such as {value!r}.")
