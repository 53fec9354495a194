"""Where many threads share a few database connections: who gives his back, who needs his own."""

from django.db import DEFAULT_DB_ALIAS, connection, connections
from psycopg_pool import PoolTimeout


def give_back() -> None:
    """Let others have this thread's connection while it waits for something slow."""
    if not connection.in_atomic_block:
        connection.close()


def stand_apart() -> None:
    """Let this thread connect beside the pool: it must get through while the pool is exhausted."""
    own = connection.copy()
    own.settings_dict["OPTIONS"].pop("pool", None)
    connections[DEFAULT_DB_ALIAS] = own


def is_exhaustion(error: Exception) -> bool:
    """Whether a database error means that all connections were in use for too long."""
    return isinstance(error.__cause__, PoolTimeout)
