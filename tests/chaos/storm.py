"""The big run: articles by API, by hand and by schedule, while everything that can break breaks.

One loop, without threads: it asks for articles, approves what was written, presses Retry, samples
what must never be true for a moment, and lets the next fault happen when its time has come. The
faults and their order come from a seed.
"""

import heapq
import itertools
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import Error, connections
from django.utils import timezone

from generation.models import Run
from tests.chaos import conditions, newsroom, offspring, reading, standing
from tests.chaos.conditions import Evidence
from tests.chaos.crew import Crew
from tests.chaos.fault_server import MIXES, Mix
from tests.chaos.offspring import Child, until
from tests.chaos.sizes import Size
from tests.chaos.theatre import Theatre, say
from tests.load import stage

NAME = "storm"
LEASE_SECONDS = 6
SWEEP_SECONDS = 2.0
DEADLINE_SECONDS = 1.5
QUIET_SECONDS = 60.0
BACKLOG_SECONDS = 180.0
# A lease that nobody reclaimed for so long was forgotten: two sweeps, a sweeper that froze, a
# transaction that froze with the row, and a slow machine.
OVERDUE_SECONDS = 30.0


@dataclass
class Storm:
    """One run of it."""

    theatre: Theatre
    size: Size
    chance: random.Random
    done: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    overdue: float = 0.0
    _later: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    _number: Iterator[int] = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        folder = self.theatre.folder
        self.evidence = Evidence(folder, NAME)
        self.crew = Crew(folder / f"{NAME}.log")
        self.port = stage.free_port()
        self.faults = [name for name, times in self.size.faults.items() for _ in range(times)]
        self.chance.shuffle(self.faults)
        self._approved: set[Any] = set()
        self._is_model_bad = False

    def blow(self) -> dict[str, Any]:
        """Play it to the end; returns the counts."""
        rough = self.theatre.folder / f"{NAME}.rough"
        MIXES["calm"].write(self.theatre.folder, NAME)
        rough.touch()
        try:
            self._prepare()
            self._weather()
            rough.unlink()
            self._quiet()
        finally:
            self.crew.dismiss()
        self.evidence.in_hand = self.crew.in_hand
        self.broken += conditions.broken(self.evidence)
        self._judge_faults()
        return conditions.figures(self.evidence) | {
            "faults": dict(self.done),
            "sigkills": self._kills,
            "workers_started": self.crew.started,
            "longest_overdue_lease_seconds": round(self.overdue, 1),
            "refused_by_checks": len(conditions.lines(self._file("refusals"))),
        }

    @property
    def _kills(self) -> int:
        return self.done["kill"] + self.done["terminate"]

    def _prepare(self) -> None:
        for plan, count in [("city-desk", self.size.runs), ("by-schedule", self.size.scheduled)]:
            for _ in range(count):
                newsroom.brief(next(self._number), plan)
        briefs = newsroom.Brief.objects.filter(plan__slug="city-desk")
        self.wanted = list(briefs.order_by("pk").values_list("pk", flat=True))
        self.token = newsroom.token()
        newsroom.schedule("by-schedule", seconds=10)
        self.crew.serve(self.port)
        self.crew.man()

    def _weather(self) -> None:
        """Ask, approve and break things until all of it is done."""
        ends = time.monotonic() + self.size.longest_seconds
        self._at(3.0, self._next_fault)
        if self.size.dollars:
            self._allow(self.size.dollars)
        while (self.wanted or self.faults or self._later) and time.monotonic() < ends:
            self._turn()
            self._commission()
        if self.wanted or self.faults:
            self.broken.append(
                f"slow: after {self.size.longest_seconds:.0f} s, {len(self.wanted)} runs were not"
                f" asked for and {len(self.faults)} faults had not happened"
            )

    def _quiet(self) -> None:
        """Break nothing any more, and wait until all is done."""
        self._later.clear()
        MIXES["calm"].write(self.theatre.folder, NAME)
        began = time.monotonic()
        say(f"quiet: {self._standing()}")
        while time.monotonic() - began < BACKLOG_SECONDS and not self._is_over():
            self._turn()
            is_quiet = time.monotonic() - began > QUIET_SECONDS
            late = self._reading(standing.overdue_seconds) or 0.0
            if is_quiet and late > OVERDUE_SECONDS:
                self.broken.append(f"stuck: a lease is overdue by {late:.0f} s after the quiet")
                break
        say(f"after {time.monotonic() - began:.0f} s of quiet: {self._standing()}")

    def _turn(self) -> None:
        """One round of the loop."""
        while self._later and self._later[0][0] <= time.monotonic():
            heapq.heappop(self._later)[2]()
        self.crew.man()
        self._sample()
        self._edit()
        time.sleep(0.15)

    def _at(self, seconds: float, what: Callable[[], None]) -> None:
        heapq.heappush(self._later, (time.monotonic() + seconds, next(self._number), what))

    # -- People ------------------------------------------------------------------------------------

    def _commission(self) -> None:
        busy = (self._reading(standing.active) or 0) + len(self.crew.askers)
        if not self.wanted or busy >= self.size.in_flight:
            return
        brief, truth = self.wanted.pop(), self._file("truth")
        site = f"http://127.0.0.1:{self.port}"
        body: Callable[[], None] = partial(newsroom.commission, brief, truth)
        if self.chance.random() < 0.5:
            self.done["asked by API"] += 1
            times = self.chance.randint(1, 3)
            body = partial(newsroom.commission_by_api, site, self.token, brief, truth, times=times)
        self._person(body, among=self.crew.askers)

    def _allow(self, dollars: str) -> None:
        """Set what the plan may spend."""
        self._person(partial(newsroom.allow, dollars))

    def _raise_the_budget(self) -> None:
        """Do it when some runs have stopped because of it."""
        if self.size.dollars and not self.done["budget raised"]:
            stopped = self._reading(standing.out_of_budget) or 0
            if stopped >= 8 or (stopped and not self.wanted):
                self.done["runs without budget"] = stopped
                self.done["budget raised"] = 1
                self._allow("1000")

    def _edit(self) -> None:
        """Approve what was written, for now or in a while; press Retry where a run failed."""
        self._raise_the_budget()
        if len(self.crew.people) > 6:
            return
        for run in self._reading(standing.written) or []:
            if run not in self._approved:
                self._approved.add(run)
                at = timezone.now() + timedelta(
                    seconds=self.chance.uniform(0, self.size.ahead_seconds)
                )
                self._person(partial(newsroom.approve, run, at, refusals=self._file("refusals")))
                return
        failed = self._reading(standing.failed) or []
        if failed and self.chance.random() < 0.2:
            self.done["pressed Retry"] += 1
            self._person(partial(newsroom.retry, self.chance.choice(failed)))

    def _person(self, body: Callable[[], None], among: list[Child] | None = None) -> None:
        def insist() -> None:
            """Whoever sees an error page tries again."""
            for _ in range(30):
                try:
                    body()
                except Error:
                    connections.close_all()
                    time.sleep(1)
                else:
                    return

        log = self._file("people")
        group = self.crew.people if among is None else among
        group.append(offspring.fork(insist, "person", log=log))

    # -- Faults ------------------------------------------------------------------------------------

    def _next_fault(self) -> None:
        if not self.faults:
            return
        name = self.faults.pop()
        if name in MIXES and self._is_model_bad:
            # One after the other.
            self.faults.insert(0, name)
            self._at(0.5, self._next_fault)
            return
        self.done[name] += 1
        if name in MIXES:
            self._bad_model(MIXES[name])
        else:
            getattr(self, f"_do_{name.replace(' ', '_')}")()
        self._at(self.chance.uniform(*self.size.gap_seconds), self._next_fault)

    def _worker(self) -> Child:
        return self.chance.choice([one for one in self.crew.workers if one.is_alive])

    def _do_kill(self) -> None:
        self.crew.kill(self._worker())

    def _do_freeze(self) -> None:
        frozen = self._worker()
        self.crew.freeze(frozen)
        # Whoever counts workers sees one that does not answer, and starts another.
        self.crew.size += 1

        def go_on() -> None:
            frozen.signal(signal.SIGCONT)
            self.crew.size -= 1

        self._at(1.5 * LEASE_SECONDS, go_on)

    def _do_terminate(self) -> None:
        ending = self._worker()
        self.crew.ask_to_end(ending)
        self._at(3.0, ending.kill)

    def _do_forget(self) -> None:
        self.theatre.broker.forget()

    def _do_broker(self) -> None:
        self.theatre.broker.kill()
        self._at(4.0, self.theatre.broker.start)

    def _do_database(self) -> None:
        self.crew.in_hand += self.crew.held_by(None)
        connections.close_all()
        self.theatre.database.kill()
        self._at(3.0, self.theatre.database.start)

    def _do_backends(self) -> None:
        try:
            self.done["connections ended"] += self.theatre.database.terminate_backends(NAME)
        except Exception:
            # There is nobody who could end them: the database is down.
            self.faults.insert(0, "backends")
            self.done["backends"] -= 1

    def _do_double(self) -> None:
        self._person(newsroom.ring_again)

    def _do_extra_worker(self) -> None:
        self.crew.size += 1

        def enough() -> None:
            self.crew.size -= 1
            self.crew.ask_to_end(self._worker())

        self._at(8.0, enough)

    def _bad_model(self, mix: Mix) -> None:
        def be_good(patience: int = 5) -> None:
            seen = {line.get("fault") for line in self.evidence.model()}
            if mix.faults and not seen & set(mix.faults) and patience and self.wanted:
                # Nobody has asked it meanwhile.
                self._at(2.0, partial(be_good, patience - 1))
                return
            MIXES["calm"].write(self.theatre.folder, NAME)
            self._is_model_bad = False

        self._is_model_bad = True
        mix.write(self.theatre.folder, NAME)
        self._at(6.0, be_good)

    # -- Judging -----------------------------------------------------------------------------------

    def _sample(self) -> None:
        """Look at what must not be true for a moment."""
        self.done["samples"] += 1
        passed = self._reading(conditions.passed_caps) or []
        self.broken += [sentence for sentence in passed if sentence not in self.broken]
        if self.done["samples"] % 5 == 0:
            self._read_the_site()
        self.overdue = max(self.overdue, self._reading(standing.overdue_seconds) or 0.0)

    def _read_the_site(self) -> None:
        """A live post is there, whole and harmless; what waits for review is not."""
        posts = self._reading(standing.some_posts)
        for slug, title, is_live in posts or []:
            self.done["pages read"] += 1
            look = partial(reading.problem, self.port, slug, title, is_live=is_live)
            # Who looks again within five seconds has to see it.
            if not (problem := look()) or until(lambda look=look: not look(), 5.0, every=0.5):
                continue
            # It may have been approved while we looked; where the database is away, nobody knows.
            if self._reading(partial(standing.is_still, slug, is_live=is_live)):
                self.broken.append(problem)

    def _judge_faults(self) -> None:
        """A storm in which nothing broke has tested nothing."""
        if missing := [name for name in self.size.faults if not self.done[name]]:
            self.broken.append(f"calm: these faults never happened: {', '.join(missing)}")
        happened = {line.get("fault") for line in self.evidence.model()}
        for name in set(MIXES) & set(self.size.faults):
            if not happened & set(MIXES[name].faults) and MIXES[name].faults:
                self.broken.append(f"calm: the model was never bad in the way of “{name}”")
        if self.crew.ended:
            self.broken.append(f"stuck: these ended by themselves: {', '.join(self.crew.ended)}")
        if self._kills < self.size.kills:
            self.broken.append(f"calm: only {self._kills} workers were killed")
        if self.overdue > OVERDUE_SECONDS:
            self.broken.append(f"stuck: a lease was overdue by {self.overdue:.0f} s")
        accepted = {line["brief"] for line in self.evidence.truth()}
        if len(accepted) < self.size.runs - len(self.wanted):
            self.broken.append(f"lost: {len(accepted)} of {self.size.runs} requests were accepted")
        if failed := standing.failed():
            self.broken.append(
                f"lost: {len(failed)} runs failed, though Retry was pressed in the quiet"
            )

    def _is_over(self) -> bool:
        return not (self.crew.people or self.crew.askers) and bool(
            self._reading(standing.nothing_waits)
        )

    def _standing(self) -> str:
        return str(self._reading(lambda: Counter(Run.objects.values_list("status", flat=True))))

    def _reading(self, question: Callable[[], Any]) -> Any:
        """Ask the database; None when it is away."""
        try:
            return question()
        except Error:
            connections.close_all()
            return None

    def _file(self, kind: str) -> Any:
        return self.theatre.folder / f"{NAME}.{kind}"
