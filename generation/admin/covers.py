"""The cover of a run on screen: the picture and what it cost, or why there is none."""

from dataclasses import dataclass

from blog import renditions
from blog.models import Image
from generation.admin.wording import dollars
from generation.models import ModelCall, Run, Step
from generation.schemas import Cover


@dataclass(frozen=True)
class CoverReport:
    """What came of a run's wish for a cover; `image` is None where nothing did."""

    image: Image | None
    problem: str
    calls: list[tuple[ModelCall, str]]

    @property
    def thumbnail(self) -> str:
        """The address of a small copy."""
        return renditions.thumbnail_url(self.image) if self.image else ""


def of_run(run: Run) -> CoverReport | None:
    """Return what came of the cover of `run`; None where none was wanted, or not yet tried."""
    step = run.steps.filter(name="cover", status=Step.Status.SUCCEEDED).first()
    if step is None:
        return None
    cover = Cover.model_validate(step.output)
    calls = step.model_calls.defer("messages", "answer")
    return CoverReport(
        image=Image.objects.filter(pk=cover.image_id or 0).first(),
        problem=cover.problem,
        calls=[(call, dollars(call.cost)) for call in calls],
    )
