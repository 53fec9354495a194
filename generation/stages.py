"""What a run consists of, as a list: each stage by its name, with the module that does it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from pydantic import BaseModel

from generation.models import Brief, Run, Step
from generation.steps import checks, cover, edit, file, metadata, outline, research, sections
from generation.steps.base import StepContext
from generation.steps.refresh import checks as refresh_checks
from generation.steps.refresh import file as refresh_file
from generation.steps.refresh import revise
from generation.steps.translation import checks as translation_checks
from generation.steps.translation import file as translation_file
from generation.steps.translation import original, passage, title


class Work(Protocol):
    """A step module."""

    @property
    def Output(self) -> type[BaseModel]:  # noqa: N802  the name of a type
        """The type of its result."""

    def run(self, context: StepContext) -> BaseModel:
        """Do the step and return its result."""


@dataclass(frozen=True)
class Stage:
    """One name in the pipeline. `one_per`: a list in an earlier result, one step for each item.

    `may_pause`: a run may ask for an editor's eyes on its result before it goes on; `is_wanted`: by
    which runs, decided when they begin.
    """

    name: str
    label: str
    work: Work
    one_per: tuple[str, str] | None = None
    may_pause: bool = False
    is_wanted: Callable[[Run], bool] = lambda _run: True

    def run(self, context: StepContext) -> BaseModel:
        """Do one step of this stage."""
        output = self.work.run(context)
        if not isinstance(output, self.work.Output):
            raise TypeError(f"{self.name} returned {type(output)}, not {self.work.Output}")
        return output


PIPELINE: Sequence[Stage] = [
    Stage("research", "Research", research),
    Stage("outline", "Outline", outline, may_pause=True),
    Stage("sections", "Section", sections, one_per=("outline", "sections")),
    Stage("edit", "Edit", edit),
    Stage("metadata", "Title and summary", metadata),
    Stage("checks", "Checks", checks),
    Stage("cover", "Cover", cover, is_wanted=lambda run: bool(run.cover_model)),
    Stage("file", "File the draft", file),
]


# By what a brief is for: another first step, and what follows from it.
PIPELINES: dict[str, Sequence[Stage]] = {
    Brief.Kind.ARTICLE: PIPELINE,
    Brief.Kind.REFRESH: [
        Stage("research", "Research", research),
        Stage("revise", "Revise the post", revise),
        Stage("checks", "Checks", refresh_checks),
        Stage("file", "File the draft", refresh_file),
    ],
    Brief.Kind.TRANSLATION: [
        Stage("original", "Read the original", original),
        Stage("passages", "Passage", passage, one_per=("original", "passages")),
        Stage("title", "Title and summary", title),
        Stage("checks", "Checks", translation_checks),
        Stage("file", "File the draft", translation_file),
    ],
}
LABELS = {stage.name: stage.label for stages in PIPELINES.values() for stage in stages}


def stages_of(run: Run) -> Sequence[Stage]:
    """Return the stages of a run, as its brief asks for them."""
    return PIPELINES[run.brief.kind]


def stage_of(step: Step, stages: Sequence[Stage]) -> Stage:
    """Return the stage that a step belongs to."""
    return next(stage for stage in stages if stage.name == step.name)
