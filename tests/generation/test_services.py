"""The front door: starting, retrying, cancelling and watching runs of the real pipeline."""

from decimal import Decimal

import pytest
import structlog
from django.core.exceptions import ValidationError
from django.db import connection

from generation import services
from generation.models import ModelCall, Run
from tests import factories, model_server
from tests.generation import real
from tests.web_fixtures.stories import NIGHT_TRAMS

pytestmark = pytest.mark.django_db


class TestStartingARun:
    def test_writes_the_brief_into_a_filed_draft(self, brief, model):
        user = factories.make_user()

        run = real.work(real.start(brief, by=user))

        assert (run.status, run.problem) == ("succeeded", "")
        assert (run.requested_by, run.model, run.is_sample) == (user, "test-model", False)
        assert run.post.is_ai_generated
        assert run.claims.filter(snapshot__isnull=False).exists()
        assert ModelCall.objects.filter(is_usable=True).count() == len(model.requests) > 4

    def test_costs_what_the_model_billed_to_the_last_digit(self, brief, model):
        run = real.work(real.start(brief))

        bill = sum(
            (usage["prompt_tokens"] - usage["prompt_tokens_details"]["cached_tokens"])
            * Decimal("1.25")
            + usage["prompt_tokens_details"]["cached_tokens"] * Decimal("0.125")
            + usage["completion_tokens"] * Decimal(10)
            for usage in model.billed
        ) / Decimal(1_000_000)
        assert services.progress(run).cost == bill > 0

    def test_with_the_sample_model_needs_no_key_and_costs_nothing(self, brief, model, settings):
        settings.USE_SAMPLE_MODEL = True

        run = real.work(real.start(brief))

        assert (run.status, run.is_sample, run.model) == ("succeeded", True, "sample")
        assert run.post.is_sample
        assert services.progress(run).cost == 0
        assert model.requests == []

    def test_twice_at_once_is_refused_with_the_run_there_is(self, brief):
        run = real.start(brief)

        with pytest.raises(services.RunAlreadyActive) as refusal:
            real.start(brief)

        assert refusal.value.run == run

    def test_remembers_the_web_request_that_asked_for_it(self, brief):
        with structlog.contextvars.bound_contextvars(request_id="req-7"):
            run = real.start(brief)

        assert run.request_id == "req-7"

    def test_takes_the_model_of_the_plan(self, brief):
        brief.plan.model = "test-model-large"

        assert real.start(brief).model == "test-model-large"


class TestABriefThatCannotBeWritten:
    def refusal(self, brief):
        with pytest.raises(services.BriefNotReady) as refusal:
            real.start(brief)
        assert not Run.objects.exists()
        return str(refusal.value)

    def test_because_it_was_dismissed(self, brief):
        brief.is_dismissed = True

        assert self.refusal(brief) == "This brief was dismissed. Restore it first."

    def test_because_its_plan_is_off(self, brief):
        brief.plan.is_active = False

        assert "is switched off. Switch it on first." in self.refusal(brief)

    def test_because_it_has_no_evidence(self, brief):
        brief.sources.all().delete()

        assert self.refusal(brief).startswith("This brief has no sources")

    def test_because_its_model_has_no_price(self, brief):
        brief.plan.model = "no-such-model"

        assert "No price is known for the model “no-such-model”" in self.refusal(brief)


class TestRetryingARun:
    def test_resumes_where_it_failed_and_pays_for_nothing_twice(self, brief, model):
        model.misbehave("", "", "401")
        run = real.work(real.start(brief))
        assert run.status == "failed"
        paid = len(model.billed)

        run = real.work(services.retry_run(run, by=None))

        assert (run.status, run.problem) == ("succeeded", "")
        asked = [call.journal_key for call in ModelCall.objects.filter(is_usable=True)]
        assert len(asked) == len(set(asked)) == len(model.billed)
        assert paid == 2

    def test_after_the_editor_mended_a_source(self, brief, web):
        source = brief.sources.get()
        source.url = web.url("/status/404")
        source.save()
        run = real.work(real.start(brief))
        assert "answered 404 Not Found" in run.problem
        source.url = web.url(NIGHT_TRAMS.path)
        source.save()

        assert real.work(services.retry_run(run, by=None)).status == "succeeded"

    def test_makes_no_second_article_of_a_brief_that_was_begun_anew(self, brief, model):
        model.misbehave("401")
        failed = real.work(real.start(brief))
        assert failed.status == "failed"
        assert real.work(real.start(brief)).status == "succeeded"

        with pytest.raises(services.RunNotRetryable, match="filed its article since"):
            services.retry_run(failed, by=None)

        failed.refresh_from_db()
        assert failed.status == "failed"

    def test_that_goes_on_or_is_done_is_refused(self, brief):
        run = real.start(brief)

        with pytest.raises(services.RunNotRetryable, match="This run is queued"):
            services.retry_run(run, by=None)

    def test_while_another_run_is_under_way_is_refused(self, brief):
        old = services.cancel_run(real.start(brief), by=None)
        real.start(brief)

        with pytest.raises(services.RunNotRetryable, match="Another run of this brief"):
            services.retry_run(old, by=None)


class TestCancellingARun:
    def test_stops_it_and_says_who_did(self, brief, model):
        run = services.cancel_run(real.start(brief), by=factories.make_user(username="ada"))

        run = real.work(run)

        assert (run.status, run.problem) == ("cancelled", "Cancelled by ada.")
        assert model.requests == []

    def test_can_be_undone_by_retrying(self, brief):
        run = services.cancel_run(real.start(brief), by=None)

        assert real.work(services.retry_run(run, by=None)).status == "succeeded"

    def test_that_is_over_is_refused(self, brief):
        run = services.cancel_run(real.start(brief), by=None)

        with pytest.raises(services.RunNotActive, match="This run is cancelled already"):
            services.cancel_run(run, by=None)


class TestProgress:
    def test_of_a_new_run_is_nothing_yet(self, brief):
        progress = services.progress(real.start(brief))

        assert (progress.status, progress.percent, progress.finished) == ("queued", 0, 0)
        assert progress.activity == "Waiting for a worker"
        assert [step.label for step in progress.steps][:2] == ["Research", "Outline"]
        assert progress.is_active

    @pytest.mark.django_db(transaction=True, serialized_rollback=True)
    def test_never_goes_back(self, brief, model):
        run = real.start(brief)
        seen = [0]

        def compose(request):
            seen.append(services.progress(run).percent)
            connection.close()  # this is a thread of the model server
            return model_server.as_the_sample_model(request)

        model.compose = compose
        real.work(run)
        seen.append(services.progress(run).percent)

        assert seen == sorted(seen)
        assert seen[-1] == 100
        assert len(set(seen)) > 4

    def test_of_a_failed_run_says_what_is_wrong_and_where(self, brief, model):
        model.always("401")

        progress = services.progress(real.work(real.start(brief)))

        assert (progress.status, progress.is_active) == ("failed", False)
        assert "does not accept the API key" in progress.problem
        assert progress.steps[0].problem == progress.problem
        assert progress.steps[0].seconds >= 0

    def test_takes_two_queries(self, brief, django_assert_num_queries):
        run = real.work(real.start(brief))

        with django_assert_num_queries(2):
            services.progress(run)


@pytest.mark.django_db
def test_a_brief_of_blanks_is_refused():
    with pytest.raises(ValidationError, match="title"):
        services.create_brief(plan=factories.make_plan(), title="  \n ", by=None)


@pytest.mark.django_db
def test_progress_tells_money_without_an_exponent():
    document = services.progress(factories.make_run()).model_dump(mode="json")

    assert document["cost"] in ("0", "0.000000000")
