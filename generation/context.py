"""What a step sees of its run: the pipeline's side of the contract in `steps/base.py`."""

from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.functional import cached_property

from blog import composing, pooling
from blog.pictures import Picture
from generation import journal, leases
from generation.client.answers import Answer
from generation.leases import Cancelled, Lease, LeaseLost
from generation.models import Run, Step
from generation.steps.base import Result


class Context:
    """One attempt at one step. See `steps.base.StepContext`."""

    def __init__(self, step: Step, lease: Lease) -> None:
        self.run = step.run
        self.brief = step.run.brief
        self.plan = step.run.brief.plan
        self.index = step.index
        self.wish = step.wish
        self._step = step
        self._lease = lease

    def say(self, activity: str) -> None:
        """Show `activity` at the progress bar. Raises LeaseLost and Cancelled.

        What follows may be slow, such as reading a page: the connection is for others meanwhile.
        """
        lease = self._lease
        if not composing.update(
            "activity", _doing, step_id=lease.step_id, fence=lease.fence, activity=activity[:200]
        ):
            raise Cancelled if Step.objects.filter(lease.is_mine()).exists() else LeaseLost
        pooling.give_back()

    def saving(self) -> AbstractContextManager[None]:
        """Open the transaction in which the step changes rows. Raises LeaseLost."""
        return leases.saving(self._lease)

    def output_of(self, name: str, shape: type[Result]) -> Result:
        """Return the result of the finished step `name` (index 0) as `shape`."""
        return self.outputs_of(name, shape)[0]

    def outputs_of(self, name: str, shape: type[Result]) -> list[Result]:
        """Return the results of all steps called `name`, in order of their index."""
        return [shape.model_validate(output) for output in self._outputs.get(name, [])]

    @cached_property
    def _outputs(self) -> dict[str, list[Any]]:
        """Everything that is finished, at once: it does not change while this step is at work.

        Django's `cached_property`: Python 3.11's has one lock for all threads, held while asking.
        """
        outputs: dict[str, list[Any]] = {}
        for step in composing.rows("finished steps", _finished, run_id=self.run.pk):
            outputs.setdefault(step.name, []).append(step.output)
        return outputs

    def ask(
        self, prompt: str, schema: type[Answer], *, variables: dict[str, str], max_tokens: int
    ) -> Answer:
        """Ask the model, through the journal."""
        return journal.ask(
            self._step,
            self._lease,
            prompt=prompt,
            schema=schema,
            variables=variables,
            max_tokens=max_tokens,
        )

    def draw(self, prompt: str, *, variables: dict[str, str]) -> Picture:
        """Ask the run's image model, through the journal."""
        return journal.draw(
            self._step,
            self._lease,
            prompt=prompt,
            model=self.run.cover_model,
            variables=variables,
        )


def _doing(step_id: int, fence: int, activity: str) -> tuple[QuerySet[Step], dict[str, Any]]:
    mine = Step.objects.filter(leases.holding(step_id, fence))
    active = Run.objects.active().filter(pk=OuterRef("run"))
    return mine.filter(Exists(active)), {"activity": activity}


def _finished(run_id: UUID) -> QuerySet[Step]:
    finished = Step.objects.filter(run=run_id, status=Step.Status.SUCCEEDED)
    return finished.only("name", "output").order_by("index")
