"""The clock of every worker: alone, undisturbed by errors, holding nothing between two sweeps."""

import threading

import pytest
from django.db import connection

from config import sweeper
from generation.models import Run
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

    def test_that_froze_is_ended_by_the_database(self, monkeypatch, caplog):
        monkeypatch.setattr(sweeper, "SILENCE_SECONDS", 0.1)
        swept = []
        begun, go_on = threading.Event(), threading.Event()

        def frozen():
            begun.set()
            go_on.wait(timeout=30)
            Run.objects.exists()
            swept.append("frozen")

        with tiny.in_thread(lambda: sweeper.sweep_once("a", LOCK, frozen)):
            assert begun.wait(timeout=10)
            tiny.until(lambda: sweeper.sweep_once("b", LOCK, lambda: swept.append("second")))
            go_on.set()

        assert swept == ["second"]
        assert [record.msg["event"] for record in caplog.records] == ["sweep_failed"]

    def test_that_fails_is_logged_and_lets_the_next_one_come(self, caplog):
        assert sweeper.sweep_once("a", LOCK, lambda: 1 / 0) is False
        assert [record.msg["event"] for record in caplog.records] == ["sweep_failed"]
        assert sweeper.sweep_once("a", LOCK, lambda: None) is True

    def test_leaves_no_connection_behind(self):
        sweeper.sweep_once("a", LOCK, lambda: None)

        assert connection.connection is None
