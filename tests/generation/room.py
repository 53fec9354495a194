"""A step's surroundings in memory: the protocol of `steps.base`, answered without a pipeline."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from pydantic import BaseModel

from generation import prompts, sample_model
from generation.client import response_format
from generation.models import Brief, ContentPlan, Run
from generation.steps import checks, edit, file, metadata, outline, research, sections


class Room:
    """A run whose steps are called by hand; answers come from a queue, else the sample model."""

    def __init__(self, run: Run, answers: list[dict[str, Any]] | None = None) -> None:
        self.run: Run = run
        self.brief: Brief = run.brief
        self.plan: ContentPlan = run.brief.plan
        self.index = 0
        self.wish = ""
        self.answers = answers or []
        self.said: list[str] = []
        self.asked: list[dict[str, Any]] = []
        self.outputs: dict[str, list[BaseModel]] = {}

    def say(self, activity: str) -> None:
        self.said.append(activity)

    @contextmanager
    def saving(self) -> Iterator[None]:
        with transaction.atomic():
            yield

    def output_of(self, name: str, shape: type[Any]) -> Any:
        return self.outputs_of(name, shape)[0]

    def outputs_of(self, name: str, shape: type[Any]) -> list[Any]:
        # Through JSON, as the pipeline stores them.
        return [
            shape.model_validate_json(one.model_dump_json()) for one in self.outputs.get(name, [])
        ]

    def ask(
        self, prompt: str, schema: type[Any], *, variables: dict[str, str], max_tokens: int
    ) -> Any:
        request = {
            "model": "sample",
            "messages": prompts.load(prompt).render(variables),
            "response_format": response_format(schema),
            "max_completion_tokens": max_tokens,
        }
        self.asked.append(request)
        if self.answers:
            return schema.model_validate(self.answers.pop(0))
        body = sample_model.answer(request)
        return schema.model_validate(json.loads(body["choices"][0]["message"]["content"]))

    def write(self, *, until: str = "file", after: str = "") -> Any:
        """Run the steps in order up to `until`, beginning behind `after`; return its output."""
        names = list(STEPS)
        first = names.index(after) + 1 if after else 0
        for name in names[first : names.index(until) + 1]:
            planned = self.outputs["outline"][0].sections if name == "sections" else [None]
            self.outputs[name] = []
            for self.index in range(len(planned)):
                self.outputs[name].append(STEPS[name].run(self))
            self.index = 0
            self.wish = ""
        return self.outputs[until][0]


STEPS: dict[str, Any] = {
    "research": research,
    "outline": outline,
    "sections": sections,
    "edit": edit,
    "metadata": metadata,
    "checks": checks,
    "file": file,
}
