"""The contract between the pipeline and its steps.

A step is a module with an `Output` (a pydantic model, stored as the step's result) and a function
`run(context: StepContext) -> Output`. It MUST reach a model only through `context.ask` and
`context.draw`, which journal and price each call and replay an answer that was paid for. It MUST
NOT change rows, except those of its own evidence (snapshots, claims), in `cover` the picture and in
`file` the post; it MUST change them inside `context.saving()`. It MAY run
twice: a worker that dies is replaced, and what it saved is still there. It SHOULD say what it is
doing with `context.say`.
"""

from contextlib import AbstractContextManager
from typing import Protocol, TypeVar

from pydantic import BaseModel

from blog.pictures import Picture
from generation.models import Brief, ContentPlan, Run

Answer = TypeVar("Answer", bound=BaseModel)
Result = TypeVar("Result", bound=BaseModel)


class StepFailed(Exception):
    """The step can't succeed as things are; the message tells the editor what to do.

    The run fails at this step; **Retry** resumes here once the editor has mended the cause.
    """


class StepContext(Protocol):
    """What a step may see and do."""

    run: Run
    brief: Brief
    plan: ContentPlan
    index: int  # which one of its name (sections run side by side), from 0
    wish: str  # what an editor wants to be different this time; mostly empty

    def say(self, activity: str) -> None:
        """Show `activity` at the progress bar; raises Cancelled when the run was cancelled."""

    def saving(self) -> AbstractContextManager[None]:
        """Open the transaction in which a step changes rows; no model call, no fetch inside.

        Raises LeaseLost when another worker has the step by now: nothing is saved then. Because
        the step may have been here before, look for what it saved before saving it again.
        """

    def output_of(self, name: str, shape: type[Result]) -> Result:
        """Return the result of the finished step `name` (index 0) as `shape`."""

    def outputs_of(self, name: str, shape: type[Result]) -> list[Result]:
        """Return the results of all steps called `name`, in order of their index."""

    def ask(
        self, prompt: str, schema: type[Answer], *, variables: dict[str, str], max_tokens: int
    ) -> Answer:
        """Ask the model the prompt file `prompt`, rendered with `variables`, for a `schema`.

        Journaled: the same question of the same run is paid for once. Raises the client's
        exceptions (TryAgainLater, Refused, Truncated, InvalidAnswer, QuotaExhausted), which the
        pipeline turns into a retry or a failed step; steps need not catch them.
        """

    def draw(self, prompt: str, *, variables: dict[str, str]) -> Picture:
        """Ask the run's image model for the picture that a prompt file describes, as `ask` does."""
