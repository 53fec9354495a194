"""One article for each named line: whoever reaches it dies there, or freezes past its lease.

The victim is the only worker when the article is commissioned; the rescuer starts when the victim
is down. A frozen victim goes on when it was replaced, and is told to end after that. The article
must come out, once, and be paid for once.
"""

import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, get_args

from django.db import connections

from blog import crash_points
from blog.models import Post
from generation.models import Run, Step
from publishing.models import Delivery
from tests.chaos import conditions, fault_server, newsroom, offspring
from tests.chaos.conditions import Evidence
from tests.chaos.offspring import Child, until
from tests.chaos.points import DIED
from tests.chaos.theatre import Theatre

LEASE_SECONDS = 2
SWEEP_SECONDS = 0.4
DEADLINE_SECONDS = 10.0
POINTS = get_args(crash_points.Point)
# Reached by whoever commissions or approves, and only there.
OF_PEOPLE = {"before_ring", "before_decision_commit", "after_decision"}
OF_DISTRIBUTION = {"before_announce_commit", "after_announce", "before_send", "after_send"}
PATIENCE = 30.0


@dataclass(frozen=True)
class Case:
    """A line, and what happens there: crash, freeze, or poison."""

    form: str
    point: str

    def __str__(self) -> str:
        return f"{self.form} {self.point}".strip()

    @property
    def order(self) -> dict[str, str]:
        """What the victim is told."""
        return {f"{self.form.upper()}_AT": self.point}


POISON, SLOW, BROKE = Case("poison", ""), Case("slow", ""), Case("broke", "")
SHARP = [Case(form, point) for point in POINTS for form in ("crash", "freeze")]
CASES = [POISON, *SHARP, BROKE, SLOW]
# For every change: at least one for each guard that can be missed soon.
SHORT = [
    Case("freeze", "after_answer"),
    Case("crash", "after_answer"),
    Case("crash", "before_settle_commit"),
    Case("freeze", "before_finish"),
    Case("crash", "after_file"),
    Case("crash", "before_ring"),
    Case("freeze", "during_sweep"),
    Case("crash", "after_decision"),
    Case("freeze", "before_announce_commit"),
    Case("crash", "before_send"),
    Case("freeze", "after_send"),
    BROKE,
]


@dataclass
class Lane:
    """Plays cases one after the other, in this process's database."""

    theatre: Theatre
    name: str
    number: int
    played: int = 0
    downs: int = 0
    seconds: float = 0.0
    workers: list[Child] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.evidence = Evidence(self.theatre.folder, self.name)

    def play(self, case: Case) -> list[str]:
        """Play one case; returns the broken conditions."""
        self.played += 1
        began = time.monotonic()
        play = {POISON: self._poison, SLOW: self._slow, BROKE: self._broke}.get(
            case, partial(self._play, case)
        )
        try:
            return list(play()) or conditions.broken(self.evidence)
        finally:
            self.seconds = time.monotonic() - began
            for one in self.workers:
                one.kill()
            self.workers.clear()
            connections.close_all()

    def _play(self, case: Case) -> Iterator[str]:
        is_ours = {} if case.point in OF_PEOPLE | OF_DISTRIBUTION else case.order
        victim = self._start("victim", **is_ours) if is_ours else None
        number = self._brief()
        if victim and case.point == "during_sweep":
            # Down before there is any work: nothing but the others' sweeps can find it.
            until(lambda: not victim.is_alive or victim.is_stopped, PATIENCE)
        commissioned = self._person(
            partial(newsroom.commission, number, self._file("truth")),
            **(case.order if case.point == "before_ring" else {}),
        )
        if case.point == "before_ring":
            yield from self._down(case, commissioned)
            newsroom.accept(self._file("truth"), brief=number, run=str(self._run(number).pk))
        if victim:
            yield from self._down(case, victim)
        if case.point == "during_sweep":
            self.theatre.broker.forget(self.number)
        rescuer = self._start("rescuer")
        # Who froze in a transaction holds its rows; nobody else may be kept waiting.
        if not case.point.endswith("_commit") and not self._is_over(number):
            yield f"stuck: the run waits for the worker that is down ({self._standing(number)})"
        for down in (commissioned, victim):
            self._go_on(down)
        if not self._is_over(number):
            yield f"stuck: the run does not end ({self._standing(number)})"
            return
        yield from self._publish(case, number, rescuer)

    def _publish(self, case: Case, number: int, rescuer: Child) -> Iterator[str]:
        """Approve, and see the receiver told."""
        victim = None
        if case.point in OF_DISTRIBUTION:
            rescuer.end()
            victim = self._start("victim", **case.order)
        approving = partial(newsroom.approve, self._run(number).pk, refusals=None)
        is_ours = case.point in OF_PEOPLE and case.point != "before_ring"
        approved = self._person(approving, **(case.order if is_ours else {}))
        if is_ours:
            yield from self._down(case, approved)
            self._go_on(approved)
            # Whoever saw no answer presses the button again.
            self._person(approving).wait(PATIENCE)
        if victim:
            yield from self._down(case, victim)
            self._start("rescuer")
            if not case.point.endswith("_commit"):
                until(lambda: self._is_told(number), LEASE_SECONDS * 3)
            self._go_on(victim)
        if not until(lambda: self._is_told(number), PATIENCE):
            yield "told: the receiver of webhooks heard nothing of the post"
        # Whoever is at work ends it, and is heard, before the tables are judged.
        for one in self.workers:
            one.end()

    def _poison(self) -> Iterator[str]:
        """A run that kills whoever works on it fails, with a reason; the others do not."""
        bad, good = self._brief(), self._brief()
        for number in (bad, good):
            commission = partial(newsroom.commission, number, self._file("truth"))
            self._person(commission).wait(PATIENCE)
        run, started = self._run(bad), 0
        deadline = time.monotonic() + 2 * PATIENCE
        while self._run(bad).is_active and time.monotonic() < deadline:
            worker = self._start("victim", CRASH_RUN=str(run.pk))
            started += 1
            worker.wait(PATIENCE / 2)
            self.evidence.in_hand += conditions.in_hand()
            worker.kill()
        self._start("rescuer")
        until(lambda: not self._run(good).is_active, PATIENCE)
        attempts = max(run.steps.values_list("attempts", flat=True))
        if self._run(bad).status != Run.Status.FAILED or not self._run(bad).problem:
            yield f"poison: the run is {self._run(bad).status} after {started} dead workers"
        if attempts != 5:
            yield f"poison: the step was tried {attempts} times"
        if self._run(good).status != Run.Status.SUCCEEDED:
            yield f"poison: the other run is {self._run(good).status}"
        self.downs += started

    def _broke(self) -> Iterator[str]:
        """A budget that ends in the middle of an article ends nothing else."""
        # A new budget counts from now on.
        self._person(partial(newsroom.allow, "0.2"))
        self._start("worker")
        number = self._brief()
        self._person(partial(newsroom.commission, number, self._file("truth")))
        if not self._is_over(number) or "budget" not in self._run(number).problem:
            yield f"budget: the run is {self._run(number).status} “{self._run(number).problem}”"
        yield from conditions.passed_caps()
        self._person(partial(newsroom.allow, "50"))
        self._person(partial(newsroom.retry, self._run(number).pk))
        if not self._is_over(number) or self._run(number).status != Run.Status.SUCCEEDED:
            yield f"budget: the run is {self._run(number).status} after the budget was raised"

    def _slow(self) -> Iterator[str]:
        """Answers that take longer than a lease cost nobody a lease."""
        fault_server.Mix(1.6 * LEASE_SECONDS, spread=0.0).write(self.theatre.folder, self.name)
        self._start("victim")
        self._start("rescuer")
        number = self._brief()
        self._person(partial(newsroom.commission, number, self._file("truth")))
        if not self._is_over(number):
            yield f"stuck: the run does not end ({self._standing(number)})"
        if again := [str(step) for step in self._run(number).steps.filter(fence__gt=1)]:
            yield f"slow: somebody else took {', '.join(again)} from a worker that was alive"
        fault_server.CALM.write(self.theatre.folder, self.name)

    def _down(self, case: Case, victim: Child) -> Iterator[str]:
        """Wait until the victim is down, at the line it was meant to be."""
        until(lambda: not victim.is_alive or victim.is_stopped, PATIENCE)
        self.evidence.in_hand += conditions.in_hand()
        self.downs += 1
        if case.form == "crash" and victim.code != DIED:
            yield f"the victim never crashed at {case.point} (exit code {victim.code})"
        if case.form == "freeze" and not victim.is_stopped:
            yield f"the victim never froze at {case.point} (exit code {victim.code})"
        self._frozen_at = time.monotonic()

    def _go_on(self, victim: Child | None) -> None:
        """Let a frozen victim go on, 1.6 leases later at the soonest, and then end."""
        if victim is None or not victim.is_stopped:
            return
        time.sleep(max(0.0, self._frozen_at + 1.6 * LEASE_SECONDS - time.monotonic()))
        victim.signal(signal.SIGCONT)
        if not victim.wait(0.5):
            victim.end()

    def _is_over(self, number: int) -> bool:
        return until(lambda: not self._run(number).is_active, PATIENCE)

    def _standing(self, number: int) -> str:
        steps = self._run(number).steps.exclude(status="succeeded")
        return ", ".join(f"{step} is {step.status}" for step in steps)

    def _is_told(self, number: int) -> bool:
        post = self._run(number).post_id
        return Delivery.objects.filter(post=post, status="delivered").exists()

    def _start(self, name: str, **order: str) -> Child:
        log = self._file("log")
        self.workers.append(offspring.worker(name, log=log, **order))
        return self.workers[-1]

    def _person(self, body: Callable[[], object], **order: str) -> Child:
        person = offspring.fork(body, "person", log=self._file("log"), **order)
        self.workers.append(person)
        if not order:
            person.wait(PATIENCE)
        return person

    def _brief(self) -> int:
        number = int(newsroom.brief(self.played * 10 + Run.objects.count()).pk)
        connections.close_all()
        return number

    def _run(self, brief: int) -> Any:
        return Run.objects.get(brief=brief)

    def _file(self, kind: str):
        return self.theatre.folder / f"{self.name}.{kind}"


def figures(lane: Lane) -> dict[str, Any]:
    """Return what the lane did, for the last line."""
    found = conditions.figures(lane.evidence)
    found |= {"cases": lane.played, "downs": lane.downs, "live": Post.objects.published().count()}
    found["steps_claimed_again"] = sum(
        fence - 1 for fence in Step.objects.filter(fence__gt=1).values_list("fence", flat=True)
    )
    return found
