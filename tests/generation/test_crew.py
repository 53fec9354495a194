"""Threads that wait for a bell: nobody sleeps while something is ready, nothing piles up."""

import threading
from uuid import uuid4

import pytest
from django.db.models.functions import Now

from generation import crew, pipeline, tasks
from generation.crew import Crew
from generation.models import Run
from tests.generation import tiny

ONE, OTHER = uuid4(), uuid4()


class Work:
    """What a crew does: it notes what it was called for and waits until it is let through."""

    def __init__(self):
        self.taken = []
        self.gate = threading.Semaphore(0)
        self.queue = []
        self.error = None

    def __call__(self, run_id):
        run_id = run_id or (self.queue.pop(0) if self.queue else None)
        if run_id is None:
            return False
        self.taken.append(run_id)
        assert self.gate.acquire(timeout=10)
        if self.error:
            raise self.error
        return True


@pytest.fixture
def work():
    made = Work()
    yield made
    made.gate.release(10_000)


def at_work(work: Work, count: int) -> None:
    tiny.until(lambda: len(work.taken) == count)


def rested(work: Work, size: int) -> Crew:
    crew_of = Crew(size, work)
    assert crew_of.rest(10)
    return crew_of


class TestACrew:
    def test_wakes_one_thread_for_each_run(self, work):
        three = rested(work, 3)

        assert [three.wake(ONE), three.wake(OTHER)] == [True, True]

        at_work(work, 2)
        work.gate.release(2)
        assert three.rest(10)
        assert set(work.taken) == {ONE, OTHER}

    def test_takes_what_is_queued_before_it_rests(self, work):
        single = rested(work, 1)
        work.queue = [OTHER, OTHER]
        work.gate.release(3)

        single.wake(ONE)

        at_work(work, 3)
        assert single.rest(10)
        assert work.taken == [ONE, OTHER, OTHER]

    def test_remembers_each_run_once_and_no_more_runs_than_it_has_threads(self, work):
        two = rested(work, 2)
        two.wake(ONE)
        two.wake(OTHER)
        at_work(work, 2)

        again = [two.wake(run_id) for run_id in [ONE, ONE, OTHER, *(uuid4() for _ in range(2000))]]

        assert not any(again)
        work.gate.release(10_000)
        assert two.rest(10)
        assert sorted(work.taken) == sorted([ONE, OTHER] * 2)

    def test_goes_on_after_an_error(self, work, caplog):
        single = rested(work, 1)
        work.error = ValueError("broken")
        work.gate.release(2)

        single.wake(ONE)
        at_work(work, 1)
        single.wake(OTHER)

        at_work(work, 2)
        assert single.rest(10)
        assert "crew_failed" in str(caplog.records[0].msg)

    def test_is_not_waited_for_longer_than_asked(self, work):
        single = rested(work, 1)
        single.wake(ONE)
        at_work(work, 1)

        assert single.rest(0.01) is False


@pytest.fixture
def here(monkeypatch, work):
    """A crew in this process, of one thread."""
    single = rested(work, 1)
    monkeypatch.setattr(crew, "_here", single)
    monkeypatch.setattr(crew, "_told_at", float("-inf"))
    return single


@pytest.fixture
def messages(monkeypatch):
    sent = []
    monkeypatch.setattr(tasks.advance_run, "apply_async", lambda **options: sent.append(options))
    return sent


class TestABell:
    def test_is_no_message_while_somebody_here_is_free(self, here, messages):
        tasks.ring(ONE)

        assert messages == []

    def test_is_one_message_a_second_while_nobody_here_is_free(self, here, messages, work):
        here.wake(ONE)
        at_work(work, 1)

        for _ in range(2_000):
            tasks.ring(uuid4())

        assert len(messages) == 1

    def test_is_a_message_each_where_there_is_no_crew(self, messages):
        for _ in range(3):
            tasks.ring(uuid4())

        assert len(messages) == 3

    def test_that_comes_as_a_message_wakes_the_crew(self, here, messages, work):
        tasks.advance_run(run_id=str(ONE))

        at_work(work, 1)
        assert (work.taken, messages) == ([ONE], [])


@pytest.mark.django_db
class TestWhoeverIsFree:
    def test_takes_the_run_it_is_called_for_and_then_the_oldest_queued(self, model, price):
        third, second, first = tiny.start(), tiny.start(), tiny.start()
        Run.objects.filter(pk=second.pk).update(created_at=Now() - tiny.DAY)
        begun, rung = [], []

        def note(context):
            begun.append(context.run.pk)
            return tiny.find(context)

        def take_up(run_id):
            return pipeline.take_up(run_id, ring=rung.append, stages=tiny.stages(research=note))

        found = [take_up(first.pk), take_up(None), take_up(None), take_up(None)]

        assert found == [True, True, True, False]
        assert begun == [first.pk, second.pk, third.pk]
        assert set(Run.objects.values_list("status", flat=True)) == {"succeeded"}
        # Whoever finds something to do wakes the next, before it is busy with it.
        assert rung[0] == first.pk

    def test_takes_nothing_when_the_process_is_about_to_end(self, price):
        run = tiny.start()
        pipeline.stopping.set()
        try:
            assert pipeline.take_up(run.pk, ring=lambda _run_id: None) is False
        finally:
            pipeline.stopping.clear()
