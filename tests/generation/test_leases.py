"""Who works on a step: one worker at a time, and never one that was replaced."""

import threading

import pytest
from django.db import connection, connections
from django.db.models.functions import Now

from generation import heartbeat, leases, pipeline
from generation.leases import Lease, LeaseLost
from generation.models import ModelCall, SourceSnapshot, Step
from tests.generation import tiny

pytestmark = pytest.mark.django_db
# For those with threads: what one commits the others see.
committing = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def run(price):
    return tiny.start()


def many_sections(run, count):
    run.steps.exclude(name="sections").update(status="succeeded", output={})
    run.steps.filter(name="file").update(status="pending", output=None)
    Step.objects.bulk_create(
        Step(run=run, name="sections", index=index, position=2, run_after=Now())
        for index in range(1, count)
    )


class TestClaiming:
    @committing
    def test_gives_each_step_to_exactly_one_of_fifty_workers(self, run):
        many_sections(run, 20)
        together = threading.Barrier(50, timeout=30)
        claimed = []

        def work():
            try:
                together.wait()
                while step := leases.claim(run.pk):
                    claimed.append((step.index, step.fence, step.attempts))
            finally:
                connections.close_all()

        threads = [threading.Thread(target=work) for _ in range(50)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)

        assert sorted(claimed) == [(index, 1, 1) for index in range(20)]

    def test_waits_for_earlier_steps_and_for_their_time(self, run):
        assert leases.claim(run.pk).name == "research"
        assert leases.claim(run.pk) is None

    def test_starts_the_run(self, run):
        leases.claim(run.pk)

        run.refresh_from_db()
        assert (run.status, run.started_at is not None) == ("running", True)

    @pytest.mark.parametrize("status", ["failed", "cancelled", "succeeded"])
    def test_leaves_runs_that_are_over_alone(self, run, status):
        type(run).objects.filter(pk=run.pk).update(status=status)

        assert leases.claim(run.pk) is None

    def test_uses_the_clock_of_the_database(self, run, time_machine):
        # The host's clock is hours behind; a lease made by it would have run out.
        time_machine.move_to("2020-01-01", tick=False)

        step = leases.claim(run.pk)

        assert step is not None
        assert leases.reclaim() == 0


def replaced(run):
    """The lease of a worker whose step another worker has by now."""
    lease = Lease.of(leases.claim(run.pk))
    tiny.expire_leases()
    leases.reclaim()
    assert leases.claim(run.pk).fence == lease.fence + 1
    return lease


class TestAFrozenWorker:
    def test_saves_nothing_once_it_was_replaced(self, run):
        lease = replaced(run)

        with pytest.raises(LeaseLost), leases.saving(lease):
            snapshot(run)

        assert not SourceSnapshot.objects.exists()

    def test_saves_nothing_while_its_step_waits_for_another(self, run):
        lease = Lease.of(leases.claim(run.pk))
        tiny.expire_leases()
        leases.reclaim()

        with pytest.raises(LeaseLost), leases.saving(lease):
            snapshot(run)

        assert not SourceSnapshot.objects.exists()

    @committing
    def test_cannot_be_replaced_while_it_saves(self, run):
        lease = Lease.of(leases.claim(run.pk))
        tiny.expire_leases()
        reclaimed = []

        with leases.saving(lease):
            with tiny.in_thread(lambda: reclaimed.append(leases.reclaim())):
                pass
            snapshot(run)

        assert reclaimed == [0]
        assert SourceSnapshot.objects.count() == 1

    def test_gives_nothing_back_that_is_not_its_own(self, run):
        lease = replaced(run)

        leases.give_back(lease)

        assert run.steps.get(name="research").status == "running"

    def test_does_not_extend_a_lease_that_is_not_its_own(self, run):
        lease = replaced(run)

        with heartbeat.keep(lease):
            assert heartbeat.beat() == 0


def snapshot(run):
    SourceSnapshot.objects.create(run=run, label="S1", text="text", sha256="0" * 64)


class TestAWorkerThatIsAlive:
    @committing
    def test_keeps_its_lease_for_as_long_as_it_works(self, run, settings):
        settings.STEP_LEASE_SECONDS = 1
        lease = Lease.of(leases.claim(run.pk))
        first = run.steps.get(name="research").lease_expires_at

        with heartbeat.keep(lease):
            tiny.until(lambda: run.steps.get(name="research").lease_expires_at > first)

    def test_gives_back_all_it_holds_when_it_ends(self, run):
        many_sections(run, 3)
        steps = [leases.claim(run.pk) for _ in range(3)]

        assert leases.give_back_all() == 3

        assert set(run.steps.filter(name="sections").values_list("status", "attempts")) == {
            ("pending", 0)
        }
        with pytest.raises(LeaseLost), leases.saving(Lease.of(steps[0])):
            pass


class TestARequestWithoutAWorker:
    def test_is_counted_as_spent(self, run):
        step = leases.claim(run.pk)
        call = ModelCall.objects.create(
            run=run, step=step, journal_key="k", messages=[], model="test-model", reserved_cost=7
        )
        tiny.expire_leases()

        leases.reclaim()

        call.refresh_from_db()
        assert (call.state, call.cost, call.outcome) == ("unknown", 7, "worker_lost")

    def test_is_left_alone_while_its_worker_lives(self, run):
        step = leases.claim(run.pk)
        call = ModelCall.objects.create(
            run=run, step=step, journal_key="k", messages=[], model="test-model", reserved_cost=7
        )

        leases.reclaim()

        call.refresh_from_db()
        assert call.state == "reserved"


class TestDatabaseConnections:
    @committing
    def test_are_not_held_while_the_model_thinks(self, run, model):
        model.gate.clear()

        def others():
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT count(*) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                    " AND backend_type = 'client backend'"
                )
                return cursor.fetchone()[0]

        with tiny.in_thread(lambda: pipeline.advance(run.pk, stages=tiny.stages())):
            tiny.until(lambda: model.in_flight == 1)
            count = others()
            model.gate.set()

        assert count == 0


class TestStepsThatLostTheirWorkerTogether:
    def test_are_taken_again_at_once_the_first_time(self, run):
        many_sections(run, 20)
        self.lose(run, times=1)

        assert Step.objects.ready(Now()).filter(run=run).count() == 20

    def test_come_back_one_here_one_there_when_it_happens_again(self, run, settings):
        # Whichever of them kills its worker must not take the others with it each time.
        many_sections(run, 20)
        self.lose(run, times=2)

        waits = run.steps.filter(name="sections").values_list("run_after", flat=True)
        longest = max(waits) - min(waits)
        assert len(set(waits)) == 20
        assert 0 < longest.total_seconds() <= settings.STEP_LEASE_SECONDS

    def lose(self, run, *, times):
        for _ in range(times):
            while leases.claim(run.pk):
                pass
            tiny.expire_leases()
            assert leases.reclaim() == 20
