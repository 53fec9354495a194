"""Threads that wait for a bell: nobody sleeps while something is ready, nothing piles up."""

import threading

import pytest
from django.db.models.functions import Now

from generation import crew, pipeline, tasks
from generation.crew import Crew
from generation.models import Run
from tests.generation import tiny


class Work:
    """What a crew does: it waits at a gate until it is let through, once for each time."""

    def __init__(self):
        self.begun = 0
        self.gate = threading.Semaphore(0)
        self.error = None

    def __call__(self):
        self.begun += 1
        assert self.gate.acquire(timeout=10)
        if self.error:
            raise self.error


def idle(one: Crew, count: int) -> None:
    tiny.until(lambda: one._idle == count)


class TestACrew:
    def test_wakes_one_thread_for_each_bell(self):
        work = Work()
        three = Crew(3, work)
        idle(three, 3)

        assert [three.wake(), three.wake()] == [True, True]

        tiny.until(lambda: work.begun == 2)
        idle(three, 1)
        work.gate.release(2)
        assert three.rest(10)
        assert work.begun == 2

    def test_looks_once_more_however_often_it_was_rung_for_while_all_were_at_work(self):
        work = Work()
        single = Crew(1, work)
        idle(single, 1)
        single.wake()
        tiny.until(lambda: work.begun == 1)
        idle(single, 0)

        assert [single.wake() for _ in range(2_000)] == [False] * 2_000

        work.gate.release(2)
        tiny.until(lambda: work.begun == 2)
        assert single.rest(10)
        assert work.begun == 2

    def test_goes_on_after_an_error(self, caplog):
        work = Work()
        single = Crew(1, work)
        idle(single, 1)
        work.error = ValueError("broken")
        work.gate.release(2)

        single.wake()
        assert single.rest(10)
        tiny.until(lambda: work.begun == 1)
        idle(single, 1)
        single.wake()

        tiny.until(lambda: work.begun == 2)
        assert "crew_failed" in str(caplog.records[0].msg)

    def test_is_not_waited_for_longer_than_asked(self):
        work = Work()
        single = Crew(1, work)
        idle(single, 1)
        single.wake()
        tiny.until(lambda: work.begun == 1)

        assert single.rest(0.01) is False
        work.gate.release()


@pytest.fixture
def here(monkeypatch):
    """A crew in this process, of one thread that is at work."""
    work = Work()
    single = Crew(1, work)
    monkeypatch.setattr(crew, "_here", single)
    monkeypatch.setattr(crew, "_told_at", float("-inf"))
    yield single
    work.gate.release(100)


@pytest.fixture
def messages(monkeypatch):
    sent = []
    monkeypatch.setattr(tasks.advance_run, "apply_async", lambda **options: sent.append(options))
    return sent


class TestABell:
    def test_is_no_message_while_somebody_here_is_free(self, here, messages):
        idle(here, 1)

        tasks.ring("a run")

        assert messages == []

    def test_is_one_message_a_second_while_nobody_here_is_free(self, here, messages):
        idle(here, 1)
        here.wake()
        idle(here, 0)

        for number in range(2_000):
            tasks.ring(f"run {number}")

        assert len(messages) == 1

    def test_is_a_message_each_where_there_is_no_crew(self, messages):
        for number in range(3):
            tasks.ring(f"run {number}")

        assert len(messages) == 3


@pytest.mark.django_db
class TestWhoeverIsFree:
    def test_takes_the_oldest_run_and_goes_on_with_it(self, model, price):
        second, first = tiny.start(), tiny.start()
        Run.objects.filter(pk=first.pk).update(created_at=Now() - tiny.DAY)
        begun = []

        def note(context):
            begun.append(context.run.pk)
            return tiny.find(context)

        rung = []
        pipeline.advance_any(ring=rung.append, stages=tiny.stages(research=note))

        assert begun == [first.pk, second.pk]
        assert set(Run.objects.values_list("status", flat=True)) == {"succeeded"}
        # Whoever finds a step wakes the next, before it is busy with it.
        assert rung[0] == first.pk
