"""What stopped comes back, with the database alone."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now

from generation import leases, sweeping
from tests.generation import tiny

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(price):
    return tiny.start()


class Bell:
    """Remembers who was rung for."""

    def __init__(self):
        self.rung = []

    def sweep(self):
        return sweeping.sweep(ring=self.rung.append)


class TestASweep:
    def test_rings_for_runs_whose_bell_was_lost(self, run):
        bell = Bell()

        assert bell.sweep() == 1
        assert bell.rung == [run.pk]

    def test_brings_back_the_step_of_a_dead_worker(self, run):
        leases.claim(run.pk)
        tiny.expire_leases()
        bell = Bell()

        assert bell.sweep() == 1
        assert bell.rung == [run.pk]
        assert tiny.steps(run)["research"] == "pending"

    def test_leaves_a_step_alone_whose_worker_lives_or_whose_time_has_not_come(self, run):
        leases.claim(run.pk)
        waiting = tiny.start()
        waiting.steps.update(run_after=Now() + timedelta(minutes=1))
        bell = Bell()

        assert bell.sweep() == 0
        assert bell.rung == []

    def test_begins_with_those_who_wait_longest(self, run):
        older = tiny.start()
        older.steps.update(run_after=Now() - timedelta(seconds=20))
        bell = Bell()

        bell.sweep()

        assert bell.rung == [older.pk, run.pk]
