"""The clock of every worker: alone, undisturbed by errors, holding nothing between two sweeps."""

import threading

import pytest
from django.db import connection

from config import sweeper
from tests.generation import tiny

LOCK = 4_711
pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


class TestASweep:
    def test_is_made_by_one_worker_at_a_time(self):
        swept = []
        begun, go_on = threading.Event(), threading.Event()

        def slow():
            begun.set()
            go_on.wait(timeout=10)
            swept.append("first")

        with tiny.in_thread(lambda: sweeper.sweep_once("a", LOCK, slow)):
            assert begun.wait(timeout=10)
            assert sweeper.sweep_once("b", LOCK, lambda: swept.append("second")) is False
            go_on.set()

        assert swept == ["first"]
        assert sweeper.sweep_once("b", LOCK, lambda: swept.append("second")) is True

    def test_that_fails_is_logged_and_lets_the_next_one_come(self, caplog):
        assert sweeper.sweep_once("a", LOCK, lambda: 1 / 0) is False
        assert [record.msg["event"] for record in caplog.records] == ["sweep_failed"]
        assert sweeper.sweep_once("a", LOCK, lambda: None) is True

    def test_leaves_no_connection_behind(self):
        sweeper.sweep_once("a", LOCK, lambda: None)

        assert connection.connection is None
