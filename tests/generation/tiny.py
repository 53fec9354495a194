"""A pipeline of four small stages, to try the engine without the real steps."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import connections
from django.db.models.functions import Now
from pydantic import BaseModel

from generation import pipeline, prompts
from generation.models import ModelTraffic, Run, Step
from generation.stages import Stage
from generation.steps.base import StepContext
from tests import factories

PROMPT = "outline"
DAY = timedelta(days=1)


class Haiku(BaseModel):
    title: str
    lines: list[str]


class Found(BaseModel):
    text: str


class Plan(BaseModel):
    sections: list[str]


class Work:
    """A step made of a function."""

    Output = BaseModel

    def __init__(self, do: Callable[[StepContext], BaseModel]) -> None:
        self.run = do


def ask(context: StepContext, about: str = "bees", max_tokens: int = 500) -> Haiku:
    """Ask the model something, by a shipped prompt."""
    variables = dict.fromkeys(prompts.load(PROMPT).variables, about)
    return context.ask(PROMPT, Haiku, variables=variables, max_tokens=max_tokens)


def find(context: StepContext) -> Found:
    context.say("Looking around")
    return Found(text=ask(context).title)


def outline(context: StepContext) -> Plan:
    return Plan(sections=["one", "two", "three"])


def section(context: StepContext) -> Found:
    wanted = context.output_of("outline", Plan).sections[context.index]
    return Found(text=f"{wanted}: {ask(context, about=wanted).title}")


def file(context: StepContext) -> Found:
    return Found(text=" ".join(part.text for part in context.outputs_of("sections", Found)))


def stages(**works: Callable[[StepContext], BaseModel]) -> list[Stage]:
    """The tiny pipeline, with other functions for the named stages."""
    do = {"research": find, "outline": outline, "sections": section, "file": file} | works
    return [
        Stage("research", "Research", Work(do["research"])),
        Stage("outline", "Outline", Work(do["outline"])),
        Stage("sections", "Sections", Work(do["sections"]), one_per=("outline", "sections")),
        Stage("file", "File", Work(do["file"])),
    ]


def start(**fields: Any) -> Run:
    """A queued run of the tiny pipeline."""
    run = factories.make_run(**{"model": "test-model", "request_id": "req-42"} | fields)
    pipeline.plan_steps(run, stages=stages())
    return run


def advance(run: Run, **works: Callable[[StepContext], BaseModel]) -> Run:
    """Work on the run here and return it as it is then."""
    pipeline.advance(run.pk, stages=stages(**works))
    run.refresh_from_db()
    return run


def steps(run: Run) -> dict[str, str]:
    """Where the steps of a run stand."""
    return {str(step): step.status for step in run.steps.all()}


def expire_leases() -> None:
    """Let the leases of all steps run out."""
    Step.objects.filter(status="running").update(lease_expires_at=Now() - timedelta(seconds=1))


def hurry(*, but_not_the_provider: bool = False) -> None:
    """Let the waiting time of all steps pass, and what the provider asked for."""
    Step.objects.filter(status="pending").update(run_after=Now())
    if not but_not_the_provider:
        ModelTraffic.objects.update(paused_until=None)


@contextmanager
def in_thread(do: Callable[[], object]) -> Iterator[None]:
    """Run `do` beside the body; at its end wait for the thread and close its connections."""
    with in_threads([do]):
        yield


@contextmanager
def in_threads(works: Sequence[Callable[[], object]]) -> Iterator[None]:
    """Run all of `works` beside the body and one another, each with connections of its own."""

    def work(do: Callable[[], object]) -> None:
        try:
            do()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=[do]) for do in works]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for thread in threads:
            thread.join(timeout=60)
            assert not thread.is_alive()


def until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait for something that other threads bring about."""
    pause = threading.Event()
    for _ in range(int(seconds * 100)):
        if condition():
            return
        pause.wait(0.01)
    raise AssertionError("it did not happen in time")
