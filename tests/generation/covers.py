"""A run of which only the cover is still to be made."""

from typing import Any

from generation import pipeline, stages
from generation.models import Run, Step
from generation.schemas import Cover, Metadata
from tests import factories

METADATA = Metadata(
    title="What the night trams changed",
    slug="night-trams",
    summary="Two lines run until three now, and people come home by them.",
    tags=[],
)


def start(**fields: Any) -> Run:
    """A run whose metadata are finished, and whose cover is next."""
    run = factories.make_run(**{"model": "test-model", "cover_model": "test-image"} | fields)
    pipeline.plan_steps(run)
    run.steps.exclude(name__in=["metadata", "cover"]).delete()
    output = METADATA.model_dump()
    run.steps.filter(name="metadata").update(status=Step.Status.SUCCEEDED, output=output)
    return run


def advance(run: Run) -> Run:
    """Work on the cover here, and return the run as it is then."""
    pipeline.advance(run.pk, stages=stages.PIPELINE)
    run.refresh_from_db()
    return run


def step(run: Run) -> Step:
    """The step that makes the cover."""
    return run.steps.get(name="cover")


def cover(run: Run) -> Cover:
    """What came of it."""
    return Cover.model_validate(step(run).output)
