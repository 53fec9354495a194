"""Envelopes: names that never change, and a bell whose breaking breaks nothing."""

from uuid import uuid4

import pytest

from config import celery_app
from generation import tasks
from tests.generation import tiny


class TestTheNames:
    def test_are_a_wire_protocol(self):
        assert {"generation.advance_run", "generation.sweep"} <= set(celery_app.tasks)


@pytest.mark.django_db
class TestAMessage:
    def test_may_come_for_a_run_that_is_gone(self):
        tasks.advance_run(run_id=str(uuid4()))

    def test_may_have_keywords_of_a_newer_version(self):
        tasks.advance_run(run_id=str(uuid4()), priority="high")
        tasks.sweep(since="yesterday")

    def test_may_come_twice(self, model, price):
        run = tiny.start()
        run.steps.all().update(status="succeeded", output={})

        tasks.advance_run(run_id=str(run.pk))
        tasks.advance_run(run_id=str(run.pk))

        assert model.requests == []
