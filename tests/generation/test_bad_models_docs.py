"""docs/bad-models.md tells the truth: each of its faults is ordered, and ends as it says."""

import re
from pathlib import Path

import pytest

from generation.models import ModelCall
from tests import image_answers, model_server
from tests.generation import covers, tiny

pytestmark = pytest.mark.django_db

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "bad-models.md").read_text()


def rows(heading: str) -> list[list[str]]:
    table = TEXT.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in table.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


ROWS = rows("What the model's provider may answer")
PICTURES = rows("What an image model may answer")
BILLS = {
    "nothing": ("released", lambda call: call.cost == 0),
    "unknown": ("unknown", lambda call: call.cost == call.reserved_cost > 0),
    "each answer": ("settled", lambda call: 0 < call.cost < call.reserved_cost),
    "what it took": ("settled", lambda call: 0 < call.cost < call.reserved_cost),
    "what was reserved": ("settled", lambda call: call.cost == call.reserved_cost > 0),
}


@pytest.fixture
def run(model, price, settings):
    run = tiny.start()
    run.steps.exclude(name="research").delete()
    return run


@pytest.mark.parametrize(("fault", "_what", "end", "reads", "bill"), ROWS)
def test_a_fault_ends_as_the_page_says(run, model, settings, fault, _what, end, reads, bill):
    name = fault.strip("`")
    if name in ("timeout", "drip"):
        settings.OPENAI_TIMEOUT_SECONDS = 0.5
    model.always(name)

    run = tiny.advance(run)

    step = run.steps.get()
    state, is_right = BILLS[bill]
    calls = ModelCall.objects.all()
    assert {call.state for call in calls} == {state}
    assert all(is_right(call) for call in calls), [(c.cost, c.reserved_cost) for c in calls]
    assert len(calls) == len(model.requests) == (2 if end.startswith("asks again,") else 1)
    if end.startswith("goes on"):
        assert run.status == "succeeded"
    elif end in ("waits", "asks again later"):
        assert (run.status, step.status) == ("running", "pending")
        assert step.attempts == (0 if end == "waits" else 1)
        assert step.activity.startswith(reads)
        assert step.activity.endswith("AutoBlog tries again by itself.")
    else:
        assert run.status == "failed"
        assert run.problem.startswith(reads)


@pytest.mark.usefixtures("price", "image_price")
@pytest.mark.parametrize(("fault", "_what", "end", "reads", "bill"), PICTURES)
def test_a_fault_of_an_image_model_ends_as_the_page_says(
    model, settings, fault, _what, end, reads, bill
):
    name = fault.strip("`")
    if name == "timeout":
        settings.OPENAI_TIMEOUT_SECONDS = 1.0
    model.misbehave("", name)

    run = covers.advance(covers.start())

    state, is_right = BILLS[bill]
    call = ModelCall.objects.get(prompt_name="picture")
    assert call.state == state
    assert is_right(call), (call.cost, call.reserved_cost)
    assert len(model.requests) == 2
    step = covers.step(run)
    if end in ("waits", "asks again later"):
        assert (run.status, step.status) == ("running", "pending")
        assert step.attempts == (0 if end == "waits" else 1)
        assert step.activity.startswith(reads)
    else:
        cover = covers.cover(run)
        assert run.status == "succeeded"
        assert bool(cover.image_id) is (end == "has its cover")
        assert cover.problem.startswith(reads)
        assert bool(cover.problem) is bool(reads)


def test_the_page_leaves_no_fault_of_an_image_model_out():
    ordered = re.findall(r'fault == "(\w+)"', Path(image_answers.__file__).read_text())
    # A good answer that is only long.
    assert set(ordered) - {"large"} - {row[0].strip("`") for row in PICTURES} == set()


def test_the_page_leaves_no_fault_out():
    source = Path(model_server.__file__).read_text()
    ordered = set(re.findall(r'fault == "(\w+)"', source)) | set(model_server._ERRORS)
    ordered |= {"length", "content_filter", "tool_calls"}
    # A good answer as far as the engine goes: the page tells of it below the table.
    ordered -= {"hostile"}
    # Only of models that draw.
    ordered -= {"policy"}
    # Other words for the same.
    ordered -= {"rate_limit_by_reset", "rate_limit_silent", "quota_by_type", "504", "null"}

    assert ordered - {row[0].strip("`") for row in ROWS} == set()
