"""What a step sees of its run: the pipeline's side of the contract in `steps/base.py`."""

from contextlib import AbstractContextManager

from blog import pooling
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
        self._step = step
        self._lease = lease

    def say(self, activity: str) -> None:
        """Show `activity` at the progress bar. Raises LeaseLost and Cancelled.

        What follows may be slow, such as reading a page: the connection is for others meanwhile.
        """
        if not Step.objects.filter(self._lease.is_mine()).update(activity=activity[:200]):
            raise LeaseLost
        if not Run.objects.active().filter(pk=self.run.pk).exists():
            raise Cancelled
        pooling.give_back()

    def saving(self) -> AbstractContextManager[None]:
        """Open the transaction in which the step changes rows. Raises LeaseLost."""
        return leases.saving(self._lease)

    def output_of(self, name: str, shape: type[Result]) -> Result:
        """Return the result of the finished step `name` (index 0) as `shape`."""
        return self.outputs_of(name, shape)[0]

    def outputs_of(self, name: str, shape: type[Result]) -> list[Result]:
        """Return the results of all steps called `name`, in order of their index."""
        finished = self.run.steps.filter(name=name, status=Step.Status.SUCCEEDED)
        outputs = finished.order_by("index").values_list("output", flat=True)
        return [shape.model_validate(output) for output in outputs]

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
