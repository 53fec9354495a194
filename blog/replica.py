"""Public pages are read from a replica of the database, if there is one; all else is not.

Whoever is signed in reads what they have just written, so they read the primary. A page for readers
is kept, so it must not be made from a replica that lags behind the change it is made after: each
change leaves the place in the log up to which it wrote (its LSN), and until the replica has come so
far pages are made from the primary. Each of the two stands in for the other when it is gone.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import structlog
from django.core.cache import cache
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections

log = structlog.get_logger(__name__)

ALIAS = "replica"
_WRITTEN = "written-up-to"
_SILENCE_SECONDS = 5.0  # in which nobody asks again for a server that was gone
_HAS_IT = "SELECT NOT pg_is_in_recovery() OR pg_last_wal_replay_lsn() >= %s::pg_lsn"

_reads: ContextVar[str] = ContextVar("reads", default=DEFAULT_DB_ALIAS)
_silent_until: dict[str, float] = {}
# The last change that the replica was seen to have.
_seen = {"written": ""}


class Router:
    """Which database Django uses: to write the primary, to read the one that was chosen."""

    def db_for_read(self, _model: Any, **_hints: Any) -> str:
        """Return where this page is read from."""
        return _reads.get()

    def db_for_write(self, _model: Any, **_hints: Any) -> str:
        """Return the primary."""
        return DEFAULT_DB_ALIAS

    def allow_relation(self, _one: Any, _other: Any, **_hints: Any) -> bool:
        """Both hold the same rows."""
        return True

    def allow_migrate(self, alias: str, _app: str, **_hints: Any) -> bool:
        """Whatever is changed in the primary comes to the replica by itself."""
        return alias == DEFAULT_DB_ALIAS


@contextmanager
def for_readers() -> Iterator[None]:
    """Read what a public page needs from where it is best read."""
    token = _reads.set(_choice())
    try:
        yield
    finally:
        _reads.reset(token)


def alias() -> str:
    """Return the database that is read from at the moment."""
    return _reads.get()


def exists() -> bool:
    """Whether the settings name a replica."""
    return ALIAS in connections.settings


def note_change() -> None:
    """Remember how far the change just committed has written. Never raises."""
    if not exists():
        return
    try:
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute("SELECT pg_current_wal_insert_lsn()")
            cache.set(_WRITTEN, cursor.fetchone()[0], None)
    except DatabaseError:
        log.warning("change_not_noted", remedy="kept pages end by themselves within a minute")


def _choice() -> str:
    if not exists() or not _answers(ALIAS):
        return DEFAULT_DB_ALIAS
    if _is_behind() and _answers(DEFAULT_DB_ALIAS):
        return DEFAULT_DB_ALIAS
    return ALIAS


def _is_behind() -> bool:
    """Whether the replica lacks what the last change wrote; only asked until it has it."""
    written = cache.get(_WRITTEN)
    if written is None or written == _seen["written"]:
        return False
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(_HAS_IT, [written])
        has_it = bool(cursor.fetchone()[0])
    if has_it:
        _seen["written"] = written
    return not has_it


def _answers(alias: str) -> bool:
    """Whether there is a connection, or can be; a server that was gone is left alone a while."""
    if time.monotonic() < _silent_until.get(alias, 0.0):
        return False
    connection = connections[alias]
    try:
        connection.close_if_health_check_failed()
        connection.ensure_connection()
    except DatabaseError as error:
        _silent_until[alias] = time.monotonic() + _SILENCE_SECONDS
        log.warning("database_gone", database=alias, error=type(error).__name__)
        return False
    return True
