"""How long the database may look before somebody who waits is told that it takes too long."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connections, transaction
from psycopg.errors import QueryCanceled

from blog import replica

_LIMIT = "SELECT current_setting('statement_timeout'), set_config('statement_timeout', %s, true)"


class TookTooLong(Exception):
    """The database was told to give up."""


@contextmanager
def limited(milliseconds: int) -> Iterator[None]:
    """Let no statement inside take longer. Raises TookTooLong."""
    try:
        alias = replica.alias()
        with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
            cursor.execute(_LIMIT, [str(milliseconds)])
            (usual, _ours) = cursor.fetchone()
            yield
            # What goes on in the same transaction is another matter.
            cursor.execute(_LIMIT, [usual])
    except OperationalError as error:
        if not isinstance(error.__cause__, QueryCanceled):
            raise
        raise TookTooLong from error
