"""What is noted for a replica; with two real servers: tests/functional/test_failover.py."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import cache
from django.db import connections

from blog import replica

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture(autouse=True)
def _a_replica_is_named(monkeypatch):
    settings = connections.settings["default"]
    monkeypatch.setitem(connections.settings, replica.ALIAS, settings)
    yield
    cache.delete(replica._WRITTEN)


def note_in_a_thread(prepare) -> None:
    """Connections belong to threads: this one's may be broken."""

    def note() -> None:
        try:
            connections["default"].ensure_connection()
            prepare(connections["default"].connection)
            replica.note_change()
        finally:
            connections["default"].close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(note).result()


def test_a_change_leaves_the_place_in_the_log_up_to_which_it_wrote():
    note_in_a_thread(lambda connection: None)

    high, low = cache.get(replica._WRITTEN).split("/")
    assert int(high, 16) or int(low, 16)


def test_a_change_that_cannot_be_noted_does_not_fail_after_its_commit():
    cache.delete(replica._WRITTEN)

    note_in_a_thread(lambda connection: connection.close())

    assert cache.get(replica._WRITTEN) is None
