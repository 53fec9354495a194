"""Workers that are killed, told to end, or cut off from the broker, in the middle of a run."""

import signal
import threading
from pathlib import Path

import pytest
from django.db import connection

from generation import services
from generation.models import ModelCall, Run, Source, Step
from publishing.models import Channel
from tests import factories, model_server
from tests.functional import parts
from tests.model_server import ModelServer
from tests.web_fixtures.stories import NIGHT_TRAMS

pytestmark = [
    pytest.mark.process,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
# The steps before the sections, by the schemas of their answers.
BEFORE = ("FactSheet", "Outline")


class Sections:
    """A model that stops in the middle of the sections until it is told to go on."""

    def __init__(self) -> None:
        self.go_on = threading.Event()

    def __call__(self, request) -> str:
        if model_server.schema_name(request) == "SectionText":
            self.go_on.wait(timeout=60)
        return model_server.as_the_sample_model(request)


@pytest.fixture
def sections(model: ModelServer) -> Sections:
    model.compose = Sections()
    return model.compose


@pytest.fixture
def run(model, price, web) -> Run:
    assert not Channel.objects.exists()
    brief = factories.make_brief(title="What the night trams changed")
    Source.objects.create(brief=brief, url=web.url(NIGHT_TRAMS.path))
    return services.start_run(brief, by=None, trigger=Run.Trigger.COMMAND)


def programs(folder: Path, model: ModelServer, *names: str, **variables: str):
    return parts.running(
        folder,
        *names,
        OPENAI_API_KEY=model_server.API_KEY,
        OPENAI_BASE_URL=model.base_url,
        OPENAI_MODEL="test-model",
        **variables,
    )


def all_in_flight(run: Run, model: ModelServer) -> bool:
    """Whether every section of the run waits for its answer."""
    return model.in_flight == run.steps.filter(name="sections").count() > 1


def has_succeeded(run: Run) -> bool:
    run.refresh_from_db()
    assert run.status != "failed", run.problem
    return run.status == "succeeded"


def test_a_killed_worker_is_replaced_and_no_finished_step_is_paid_again(
    tmp_path, run, model, sections
):
    with programs(tmp_path, model, "worker") as running:
        running.wait_for(lambda: all_in_flight(run, model), "The sections' requests")
        in_flight = model.in_flight
        running.kill("worker")
        sections.go_on.set()
        running.start("worker")
        running.wait_for(lambda: has_succeeded(run), "The end of the run")

    written = run.steps.filter(name="sections").count()
    assert in_flight == written
    assert [model.asked_for(schema) for schema in BEFORE] == [1, 1]
    assert model.asked_for("SectionText") == written + in_flight
    # What the dead worker had asked may have been billed: it is counted as spent, and shown.
    assert run.model_calls.filter(state="unknown", outcome="worker_lost").count() == in_flight
    keys = ModelCall.objects.filter(is_usable=True).values_list("journal_key", flat=True)
    assert len(keys) == len(set(keys)) == len(model.requests) - in_flight
    assert Step.objects.filter(run=run, status="succeeded", attempts=2).count() == in_flight


def test_a_worker_that_is_told_to_end_hands_its_steps_over_at_once(tmp_path, run, model, sections):
    # A lease so long that nobody could have waited for its end.
    patience = {"STEP_LEASE_SECONDS": "600", "WORKER_GRACE_SECONDS": "0.5"}
    with programs(tmp_path, model, "worker", **patience) as running:
        running.wait_for(lambda: all_in_flight(run, model), "The sections' requests")
        ending = running.processes.pop("worker")
        ending.send_signal(signal.SIGTERM)
        running.wait_for(
            lambda: not run.steps.filter(status="running").exists(), "The leases' return"
        )
        running.start("worker")
        sections.go_on.set()
        running.wait_for(lambda: has_succeeded(run), "The end of the run")
        ending.wait(timeout=30)

    assert [model.asked_for(schema) for schema in BEFORE] == [1, 1]
    # Giving back is no failed attempt.
    assert set(run.steps.values_list("attempts", flat=True)) == {1}


def test_a_worker_without_a_broker_works_with_its_own_hands(tmp_path, run, model):
    model.compose = model_server.as_the_sample_model
    with programs(tmp_path, model, "worker", REDIS_URL="redis://127.0.0.1:9/0") as running:
        running.wait_for(lambda: has_succeeded(run), "The end of the run")

    assert run.model_calls.count() == len(model.requests)


def test_the_web_requests_number_follows_the_run_into_the_worker(tmp_path, run, model):
    Run.objects.filter(pk=run.pk).update(request_id="req-of-the-button")
    model.compose = model_server.as_the_sample_model
    with programs(tmp_path, model, "worker", LOG_LEVEL="INFO") as running:
        running.wait_for(lambda: has_succeeded(run), "The end of the run")
        log = running.log("worker").read_text()

    finished = [line for line in log.splitlines() if "step_finished" in line]
    assert len(finished) == run.steps.count()
    assert all("req-of-the-button" in line and str(run.pk) in line for line in finished)


class Silence:
    """A model that answers nobody until it is told to."""

    def __init__(self) -> None:
        self.go_on = threading.Event()

    def __call__(self, request) -> str:
        self.go_on.wait(timeout=120)
        return model_server.as_the_sample_model(request)


@pytest.fixture
def silence(model: ModelServer):
    model.compose = Silence()
    yield model.compose
    model.compose.go_on.set()


def test_sixty_calls_in_flight_hold_no_connection_and_do_not_keep_a_worker_from_ending(
    tmp_path, model, price, web, silence
):
    plan = factories.make_plan()
    for number in range(60):
        brief = factories.make_brief(plan=plan, title=f"What the night trams changed {number}")
        Source.objects.create(brief=brief, url=web.url(NIGHT_TRAMS.path))
        services.start_run(brief, by=None, trigger=Run.Trigger.COMMAND, wake=False)
    variables = {
        "STEP_LEASE_SECONDS": "600",
        "WORKER_GRACE_SECONDS": "1",
        # Too few for those who would hold one during a call.
        "DATABASE_POOL_SIZE": "4",
        "WORKER_CONCURRENCY": "60",
    }
    with programs(tmp_path, model, "worker", **variables) as running:
        running.wait_for(lambda: model.in_flight == 60, "Sixty requests", seconds=120)
        running.wait_for(lambda: connections_of_others() <= 4 + 4, "The connections' return")
        ending = running.processes.pop("worker")
        ending.send_signal(signal.SIGTERM)
        # A second of grace, and some more to give back and to close: nobody has answered.
        assert ending.wait(timeout=20) == 0

    assert model.in_flight == 60
    assert not Step.objects.filter(status="running").exists()
    assert set(Step.objects.values_list("attempts", flat=True)) == {0}
    assert set(ModelCall.objects.values_list("state", "outcome")) == {("unknown", "worker_lost")}


def connections_of_others() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return int(cursor.fetchone()[0])
