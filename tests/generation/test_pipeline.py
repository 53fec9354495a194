"""The loop: from ready steps to a finished run, and every way it can stop on the way."""

import threading
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone
from psycopg_pool import PoolTimeout

from generation import leases, pipeline
from generation.models import ModelCall, Step
from generation.steps.base import StepFailed
from tests.generation import tiny
from tests.generation.tiny import Found, Plan

pytestmark = pytest.mark.django_db
# For those with threads: what one commits the others see.
committing = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def run(model, price):
    return tiny.start()


class TestARun:
    def test_goes_through_all_stages_and_fans_out(self, run, model):
        run = tiny.advance(run)

        assert run.status == "succeeded"
        assert run.problem == ""
        assert run.finished_at > run.started_at
        assert tiny.steps(run) == dict.fromkeys(
            ["research", "outline", "sections", "sections 1", "sections 2", "file"], "succeeded"
        )
        filed = run.steps.get(name="file").output
        assert filed == {"text": "one: text two: text three: text"}
        assert model.asked_for("Haiku") == 4

    def test_wakes_others_for_the_steps_it_does_not_take_itself(self, run):
        rung = []

        pipeline.advance(run.pk, stages=tiny.stages(), ring=rung.append)

        # Three sections became ready at once, then two were left while one was being written.
        assert rung[:2] == [run.pk, run.pk]

    def test_is_left_alone_by_a_process_that_is_about_to_end(self, run):
        pipeline.stopping.set()
        try:
            run = tiny.advance(run)
        finally:
            pipeline.stopping.clear()

        assert run.status == "queued"

    @committing
    def test_succeeds_when_its_last_steps_finish_at_the_same_moment(self, run):
        together = threading.Barrier(3, timeout=10)

        def meet(context):
            together.wait()
            return Found(text="done")

        def work():
            pipeline.advance(run.pk, stages=tiny.stages(sections=meet))

        run.steps.filter(name="file").delete()

        def outline(context):
            pipeline.stopping.set()
            return tiny.outline(context)

        tiny.advance(run, outline=outline)
        pipeline.stopping.clear()
        with tiny.in_thread(work), tiny.in_thread(work), tiny.in_thread(work):
            pass

        run.refresh_from_db()
        assert run.status == "succeeded"

    def test_fails_when_a_stage_fans_out_to_nothing(self, run):
        run = tiny.advance(run, outline=lambda _: Plan(sections=[]))

        assert run.status == "failed"
        assert run.problem == "Sections: there is nothing to do. Press Retry."


class TestAFailedStep:
    def test_stops_the_run_and_says_why(self, run):
        def fail(context):
            raise StepFailed("The page is gone. Remove the source, then press Retry.")

        run = tiny.advance(run, outline=fail)

        assert (run.status, run.problem) == (
            "failed",
            "The page is gone. Remove the source, then press Retry.",
        )
        assert tiny.steps(run)["research"] == "succeeded"
        assert tiny.steps(run)["outline"] == "failed"
        assert run.steps.get(name="outline").problem == run.problem

    def test_by_a_bug_is_told_calmly_and_logged_loudly(self, run, caplog):
        run = tiny.advance(run, outline=lambda _: 1 / 0)

        assert run.status == "failed"
        assert "Something went wrong inside AutoBlog" in run.problem
        assert run.problem.endswith("give an operator this number: req-42.")
        logged = next(r.msg for r in caplog.records if r.msg["event"] == "step_crashed")
        assert (logged["request_id"], logged["exc_info"]) == ("req-42", True)

    @pytest.mark.parametrize(
        ("fault", "words"),
        [
            ("401", "does not accept the API key"),
            ("400", "rejected the request (status 400) and says “Invalid schema"),
            ("refusal", "The model refused to write this"),
            ("content_filter", "The content filter of the model's provider"),
            ("invalid_json", "is not valid JSON. Press Retry to ask again"),
            ("length", "was cut off at 1,000 tokens. Press Retry to ask again"),
            ("html", "something that is no model's answer"),
        ],
    )
    def test_by_the_model_is_told_in_the_models_words(self, run, model, fault, words):
        model.always(fault)

        run = tiny.advance(run)

        assert run.status == "failed"
        assert words in run.problem
        assert "Retry" in run.problem

    def test_without_a_price_sends_nothing(self, run, model):
        run.model = "another-model"
        run.save()

        run = tiny.advance(run)

        assert run.status == "failed"
        assert run.problem.startswith("No price is known for the model “another-model”")
        assert model.requests == []
        assert not ModelCall.objects.exists()


class TestAModelThatIsBusy:
    def test_is_asked_again_after_the_time_it_asked_for(self, run, model):
        model.misbehave("rate_limit")
        before = timezone.now()

        run = tiny.advance(run)

        step = run.steps.get(name="research")
        assert (run.status, step.status, step.attempts) == ("running", "pending", 0)
        assert step.run_after >= before + timedelta(seconds=7)
        assert step.activity == (
            "The model's provider asks for fewer requests. AutoBlog tries again by itself."
        )

        tiny.hurry()
        assert tiny.advance(run).status == "succeeded"
        assert ModelCall.objects.filter(state="released", cost=0).count() == 1

    def test_is_given_up_after_an_hour(self, run, model):
        model.always("503")
        tiny.advance(run)
        run.steps.filter(name="research").update(started_at=timezone.now() - timedelta(hours=2))
        tiny.hurry()

        run = tiny.advance(run)

        assert run.status == "failed"
        assert "(status 503). This went on for too long" in run.problem

    def test_waits_longer_each_time_but_never_too_long(self, run, model):
        model.always("rate_limit_silent")
        tiny.advance(run)
        waits = []
        for minutes in (0.5, 30):
            began = timezone.now() - timedelta(minutes=minutes)
            run.steps.filter(name="research").update(started_at=began)
            tiny.hurry()
            tiny.advance(run)
            step = run.steps.get(name="research")
            waits.append((step.run_after - timezone.now()).total_seconds())

        assert 29 < waits[0] < 39
        assert 119 < waits[1] < 151


class TestALostAnswer:
    def test_is_counted_as_spent_and_asked_for_again(self, run, model):
        model.misbehave("reset")

        tiny.advance(run)
        tiny.hurry()
        run = tiny.advance(run)

        assert run.status == "succeeded"
        lost = ModelCall.objects.get(state="unknown")
        assert lost.cost == lost.reserved_cost > 0
        assert lost.outcome == "lost"

    def test_again_and_again_fails_the_step(self, run, model, settings):
        settings.STEP_MAX_ATTEMPTS = 2
        model.always("reset")

        for _ in range(3):
            tiny.hurry()
            run = tiny.advance(run)

        assert run.status == "failed"
        assert "This went on for too long" in run.problem
        assert len(model.requests) == 2


class WorkerDied(BaseException):
    """As SIGKILL: nothing of ours runs any more."""


class TestAWorkerThatDies:
    def test_after_its_answer_was_stored_does_not_make_it_paid_again(self, run, model):
        def die(context):
            tiny.ask(context)
            raise WorkerDied

        with pytest.raises(WorkerDied):
            tiny.advance(run, research=die)
        assert model.asked_for("Haiku") == 1

        tiny.expire_leases()
        assert leases.reclaim() == 1
        run = tiny.advance(run)

        assert run.status == "succeeded"
        assert model.asked_for("Haiku") == 4
        assert ModelCall.objects.filter(is_usable=True).count() == 4

    def test_again_and_again_at_the_same_step_stops_the_run(self, run, settings):
        settings.STEP_MAX_ATTEMPTS = 2

        def die(context):
            raise WorkerDied

        for _ in range(2):
            with pytest.raises(WorkerDied):
                tiny.advance(run, outline=die)
            tiny.expire_leases()
            leases.reclaim()
        run.refresh_from_db()

        assert run.status == "failed"
        assert "The worker stopped 2 times while it worked on this step" in run.problem
        assert tiny.steps(run)["outline"] == "failed"

    @committing
    def test_in_the_middle_of_a_request_leaves_it_counted_as_spent(self, run, model):
        model.gate.clear()
        with tiny.in_thread(lambda: tiny.advance(run)):
            tiny.until(lambda: model.in_flight == 1)
            tiny.expire_leases()
            leases.reclaim()
            call = ModelCall.objects.get()
            assert (call.state, call.outcome) == ("unknown", "worker_lost")
            assert call.cost == call.reserved_cost > 0
            # Another worker takes the step; then the first one's answer arrives after all.
            assert leases.claim(run.pk).fence == 2
            model.gate.set()

        call.refresh_from_db()
        step = Step.objects.get(name="research")
        assert (call.state, call.is_usable, call.answer) == ("unknown", False, "")
        assert (step.status, step.fence, step.output) == ("running", 2, None)
        assert tiny.steps(run)["outline"] == "pending"


class TestACancelledRun:
    def test_stops_at_the_next_word_and_keeps_what_is_finished(self, run, model):
        def cancel(context):
            type(run).objects.filter(pk=run.pk).update(status="cancelled")
            context.say("Never seen")
            raise AssertionError("it went on")

        run = tiny.advance(run, outline=cancel)

        assert run.status == "cancelled"
        assert tiny.steps(run)["research"] == "succeeded"
        assert tiny.steps(run)["outline"] == "pending"

    def test_asks_the_model_nothing_more(self, run, model):
        def cancel(context):
            type(run).objects.filter(pk=run.pk).update(status="cancelled")
            return Found(text=tiny.ask(context).title)

        tiny.advance(run, research=cancel)

        assert model.requests == []

    @committing
    def test_pays_for_the_answer_in_flight_and_can_use_it_later(self, run, model):
        model.gate.clear()
        with tiny.in_thread(lambda: tiny.advance(run)):
            tiny.until(lambda: model.in_flight == 1)
            type(run).objects.filter(pk=run.pk).update(status="cancelled")
            model.gate.set()

        call = ModelCall.objects.get()
        assert (call.state, call.is_usable) == ("settled", True)
        assert tiny.steps(run)["research"] == "succeeded"
        assert tiny.steps(run)["outline"] == "pending"


class TestTheResult:
    def test_of_another_type_than_promised_is_a_bug(self, run):
        run = tiny.advance(run, outline=lambda _: "just text")

        assert run.status == "failed"
        assert "Something went wrong inside AutoBlog" in run.problem


class TestAStepThatGetsNoConnection:
    """All of the pool were in use for too long: that is nobody's failure."""

    def test_is_tried_again_and_has_not_used_up_an_attempt(self, run, settings):
        settings.STEP_MAX_ATTEMPTS = 1

        def wait_in_vain(context):
            raise OperationalError from PoolTimeout()

        tiny.advance(run, research=wait_in_vain)

        step = run.steps.get(name="research")
        assert (step.status, step.attempts) == ("pending", 0)
        assert step.run_after > timezone.now()

    def test_uses_one_up_when_the_database_is_away_for_another_reason(self, run, settings):
        settings.STEP_MAX_ATTEMPTS = 1

        def fail(context):
            raise OperationalError

        assert tiny.advance(run, research=fail).status == "failed"
