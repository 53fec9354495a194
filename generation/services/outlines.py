"""An editor's hand in the outline, between what was planned and what will be paid for."""

from collections.abc import Sequence

import structlog
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from pydantic import BaseModel, ValidationError

from generation import contributors, pipeline
from generation.models import Run, Step
from generation.schemas import Heading, Outline, Purpose
from generation.services.runs import go_on

log = structlog.get_logger(__name__)


class RunNotPaused(Exception):
    """The run does not wait for anybody."""


class OutlineInvalid(ValueError):
    """The outline can't be written like this; says why."""


class ChangedSection(BaseModel):
    """A section as the editor wants it; `number` is its place in the outline so far, from 0."""

    number: int
    heading: Heading
    purpose: Purpose


def outline_of(run: Run) -> Outline:
    """Return the outline of a run. Raises RunNotPaused when there is none yet."""
    step = run.steps.filter(name="outline", status=Step.Status.SUCCEEDED).first()
    if step is None:
        raise RunNotPaused("There is no outline yet.")
    return Outline.model_validate(step.output)


def continue_run(
    run: Run,
    *,
    by: AbstractBaseUser | None,
    angle: str | None = None,
    sections: Sequence[ChangedSection] | None = None,
) -> Run:
    """Let a run that waits for an editor go on, with another angle or other sections.

    The sections come in the order in which they are to stand; those left out are not written. New
    ones can't be added: there are no facts for them. Raises RunNotPaused and OutlineInvalid.
    """
    with transaction.atomic():
        run = Run.objects.select_for_update().get(pk=run.pk)
        if run.status != Run.Status.PAUSED:
            raise RunNotPaused(f"This run is {run.get_status_display().lower()}; nobody waits.")
        before = outline_of(run)
        after = _changed(before, angle, sections)
        if after != before:
            _store(run, after)
            if by:
                contributors.remember(run, by=by)
        go_on(run)
    log.info("run_continued", run_id=str(run.pk), is_changed=after != before)
    return run


def _changed(
    outline: Outline, angle: str | None, sections: Sequence[ChangedSection] | None
) -> Outline:
    fields = outline.model_dump()
    if angle is not None:
        fields["angle"] = angle
    if sections is not None:
        try:
            fields["sections"] = [
                fields["sections"][section.number] | section.model_dump(exclude={"number"})
                for section in sections
            ]
        except IndexError:
            raise OutlineInvalid("The outline has no such section.") from None
    try:
        return Outline.model_validate(fields)
    except ValidationError:
        raise OutlineInvalid("Keep at least one section; without any there is no text.") from None


def _store(run: Run, outline: Outline) -> None:
    run.steps.filter(name="outline").update(output=outline.model_dump(mode="json"))
    written = run.steps.filter(name="sections")
    written.filter(index__gte=len(outline.sections)).delete()
    position = written.values_list("position", flat=True)[0]
    pipeline.add_steps(run.pk, "sections", position, len(outline.sections))
