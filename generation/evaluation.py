"""The same briefs written twice, by two models or in two wordings, and what came of each.

Runs of an evaluation are real ones: paid for, journaled and checked. Only the draft is not filed.
"""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from generation import pipeline, prompt_versions, prompts
from generation.models import Brief, ContentPlan, PromptVersion, Run, Source
from generation.schemas import CheckReport, EditedArticle
from generation.stages import PIPELINE

SHIPPED = Path(__file__).with_name("evaluation_briefs.json")
_STAGES = [stage for stage in PIPELINE if stage.name != "file"]
_HOURS = 6


class EvaluationInvalid(ValueError):
    """The briefs or a variant can't be read; says why."""


class TrialBrief(BaseModel):
    """A brief with the notes that are its whole evidence, so that both sides read the same."""

    title: str = Field(min_length=1, max_length=160)
    notes: str = ""
    keywords: list[str] = []
    sources: list[str] = Field(min_length=1)


@dataclass(frozen=True)
class Variant:
    """One side: a model, and versions of prompts by name."""

    model: str
    versions: dict[str, int]

    @classmethod
    def parse(cls, words: str, plan: ContentPlan, *, model: str) -> "Variant":
        """Read words such as "model=gpt-5,outline=3,edit=shipped"; what is not named stays.

        Numbers are those of the plan's versions, else of those for all. Raises EvaluationInvalid.
        """
        versions = prompt_versions.in_use(plan)
        for word in filter(None, words.split(",")):
            name, _, value = word.partition("=")
            if name == "model":
                model = value
            elif name not in prompts.names():
                raise EvaluationInvalid(f"There is no prompt “{name}”.")
            elif value == "shipped":
                versions.pop(name, None)
            else:
                versions[name] = _version(plan, name, value).pk
        return cls(model, versions)


@dataclass
class Outcome:
    """What one side made of all briefs; cost in US dollars."""

    articles: int = 0
    problems: list[str] = field(default_factory=list)
    findings: Counter[str] = field(default_factory=Counter)
    cost: Decimal = Decimal(0)
    words: int = 0
    citations: int = 0
    model_calls: int = 0
    time: timedelta = timedelta(0)


def read_briefs(text: str) -> list[TrialBrief]:
    """Return the briefs of a JSON list. Raises EvaluationInvalid."""
    try:
        return TypeAdapter(list[TrialBrief]).validate_python(json.loads(text))
    except (ValidationError, ValueError) as error:
        raise EvaluationInvalid(f"The briefs can't be read: {error}") from None


def begin(brief: TrialBrief, variant: Variant, plan: ContentPlan) -> Run:
    """Make a run that will not file a draft, of a brief that nobody else takes up."""
    with transaction.atomic():
        made = Brief.objects.create(
            plan=plan,
            title=brief.title,
            notes=brief.notes,
            keywords=brief.keywords,
            is_dismissed=True,
        )
        for note in brief.sources:
            Source.objects.create(brief=made, kind=Source.Kind.NOTE, text=note)
        run = Run.objects.create(
            brief=made,
            trigger=Run.Trigger.COMMAND,
            model=variant.model,
            is_sample=settings.USE_SAMPLE_MODEL,
            prompt_versions=variant.versions,
            deadline_at=timezone.now() + timedelta(hours=_HOURS),
        )
        pipeline.plan_steps(run, stages=_STAGES)
    return run


def judge(runs: Iterable[Run]) -> Outcome:
    """Add up what came of the runs of one side."""
    outcome = Outcome()
    for run in runs:
        run.refresh_from_db()
        outcome.cost += run.model_calls.spent()
        outcome.model_calls += run.model_calls.count()
        outcome.time += (run.finished_at or timezone.now()) - run.created_at
        if run.status == Run.Status.SUCCEEDED:
            _add(outcome, run)
        else:
            outcome.problems.append(f"{run.brief.title}: {run.problem}")
    return outcome


def _add(outcome: Outcome, run: Run) -> None:
    article = EditedArticle.model_validate(run.steps.get(name="edit").output)
    report = CheckReport.model_validate(run.steps.get(name="checks").output)
    outcome.articles += 1
    outcome.findings.update(finding.level for finding in report.findings)
    for sentence in article.sentences():
        outcome.words += len(sentence.text.split())
        outcome.citations += bool(sentence.facts)


def _version(plan: ContentPlan, name: str, number: str) -> PromptVersion:
    wanted = PromptVersion.objects.filter(prompt=name, number=number if number.isdecimal() else -1)
    found = wanted.filter(plan=plan).first() or wanted.filter(plan=None).first()
    if found is None:
        raise EvaluationInvalid(f"There is no version “{number}” of the prompt “{name}”.")
    return found
