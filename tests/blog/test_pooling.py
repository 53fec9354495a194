"""Few connections among many threads: given back while waiting, and one that never waits."""

import threading

import psycopg
import pytest
from django.db import OperationalError, connection, connections, transaction

from blog import pooling
from tests.generation import tiny

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def pooled():
    """Let threads of their own share one connection, as the threads of a worker share theirs."""

    def join() -> None:
        one = connection.copy()
        one.settings_dict["CONN_MAX_AGE"] = 0
        one.settings_dict["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 1, "timeout": 0.2}
        connections["default"] = one

    yield join
    pools = type(connections["default"])._connection_pools
    for pool in list(pools.values()):
        pool.close()
    pools.clear()


def select() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def test_what_is_given_back_serves_the_next(pooled) -> None:
    seen: list[int] = []

    def ask() -> None:
        pooled()
        seen.append(select())
        pooling.give_back()

    for _ in range(3):
        with tiny.in_thread(ask):
            pass

    assert len(seen) == 3
    assert len(set(seen)) == 1


def test_whoever_stands_apart_gets_through_while_the_pool_is_exhausted(pooled) -> None:
    held, go_on = threading.Event(), threading.Event()
    seen: dict[str, object] = {}

    def hold() -> None:
        pooled()
        seen["holder"] = select()
        held.set()
        go_on.wait(timeout=10)

    def wait_in_vain() -> None:
        pooled()
        with pytest.raises(OperationalError) as refusal:
            select()
        seen["refused"] = pooling.is_exhaustion(refusal.value)

    def stand_apart() -> None:
        pooled()
        pooling.stand_apart()
        seen["apart"] = select()

    with tiny.in_thread(hold):
        assert held.wait(timeout=10)
        with tiny.in_thread(wait_in_vain), tiny.in_thread(stand_apart):
            pass
        go_on.set()

    assert seen["refused"] is True
    assert seen["apart"] not in (None, seen["holder"])


def test_another_trouble_of_the_database_is_no_exhaustion() -> None:
    error = OperationalError()
    error.__cause__ = psycopg.OperationalError()

    assert not pooling.is_exhaustion(error)


def test_a_transaction_keeps_its_connection() -> None:
    with transaction.atomic():
        was = select()
        pooling.give_back()
        assert select() == was
