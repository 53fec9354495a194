"""Lanes play at the same time, each a process with a database and a broker of its own."""

import json
import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from tests.chaos import cases, mutants, offspring, theatre
from tests.chaos.cases import Case, Lane
from tests.chaos.offspring import Child, until
from tests.chaos.theatre import Theatre, say

LANES = 3
LONGEST_SECONDS = 600.0


@dataclass
class Played:
    """What lanes did: counts to add up, and what broke."""

    counts: dict[str, Any] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    def add(self, counts: dict[str, Any]) -> None:
        """Add a lane's counts."""
        self.counts = total(self.counts, counts)


def total(one: Any, other: Any) -> Any:
    """Add up two trees of numbers; sums of money are texts."""
    if isinstance(one, dict):
        return (
            {k: total(one.get(k, 0), other.get(k, 0)) for k in {**one, **other}} if other else one
        )
    if isinstance(other, dict):
        return other
    if isinstance(one, str) or isinstance(other, str):
        from decimal import Decimal

        return str(Decimal(one) + Decimal(other))
    return one + other


def play(stage: Theatre, wanted: Sequence[Case]) -> Played:
    """Play the cases, spread over the lanes."""
    numbers = range(1, LANES + 1)
    shares = {f"lane{n}": wanted[n - 1 :: LANES] for n in numbers}
    lanes = {name: partial(_cases, share) for name, share in shares.items() if share}
    played = Played()
    for _, result in _together(stage, lanes):
        played.add(result["counts"])
        played.broken += result["broken"]
    return played


def hunt(stage: Theatre, names: Sequence[str]) -> Played:
    """Play without each of the guards until something breaks; whatever stays whole is a failure."""
    lanes = {name: partial(_mutant, name) for name in names}
    played = Played({"mutants": 0, "caught": 0})
    for name, result in _together(stage, lanes):
        red = result["broken"]
        played.add({"mutants": 1, "caught": 1 if red else 0})
        say(f"{name}: {'caught by ' + red[0] if red else 'NOT NOTICED'}")
        if not red:
            played.broken.append(f"without a guard all stayed green: {name}")
    return played


def _together(
    stage: Theatre, lanes: dict[str, Callable[[Theatre, str, int], dict[str, Any]]]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Run the lanes, LANES at a time; yield what each of them answers."""
    waiting = deque(lanes)
    places: dict[int, Child] = {}
    while waiting or places:
        for number in set(range(1, LANES + 1)) - set(places):
            if waiting:
                name = waiting.popleft()
                body = partial(_answer, lanes[name], stage, name, number)
                places[number] = offspring.fork(body, name, log=stage.folder / f"{name}.lane")
        until(lambda: not all(child.is_alive for child in places.values()), LONGEST_SECONDS)
        for number, child in list(places.items()):
            if not child.is_alive:
                del places[number]
                yield child.name, _result(stage, child)


def _answer(
    lane: Callable[[Theatre, str, int], dict[str, Any]], stage: Theatre, name: str, number: int
) -> None:
    answer = lane(stage, name, number)
    (stage.folder / f"{name}.result").write_text(json.dumps(answer))


def _result(stage: Theatre, child: Child) -> dict[str, Any]:
    try:
        return dict(json.loads((stage.folder / f"{child.name}.result").read_text()))
    except FileNotFoundError:
        log = (stage.folder / f"{child.name}.lane").read_text()
        raise SystemExit(f"The lane {child.name} broke down:\n{log[-3000:]}") from None


def _cases(wanted: Sequence[Case], stage: Theatre, name: str, number: int) -> dict[str, Any]:
    lane = _enter(stage, name, number)
    broken = []
    for case in wanted:
        if found := [f"{case}: {sentence}" for sentence in lane.play(case)]:
            broken += found
            # The tables stay broken: the rest plays on a new stage.
            break
        say(f"{case}: {lane.seconds:.1f} s")
    return {"broken": broken, "counts": cases.figures(lane)}


def _mutant(mutant: str, stage: Theatre, name: str, number: int) -> dict[str, Any]:
    lane = _enter(stage, name, number)
    mutants.MUTANTS[mutant]()
    soonest = mutants.SOONEST[mutant]
    for case in sorted(cases.CASES, key=lambda case: str(case) not in soonest):
        if found := [f"{case}: {sentence}" for sentence in lane.play(case)]:
            return {"broken": found}
    return {"broken": []}


def _enter(stage: Theatre, name: str, number: int) -> Lane:
    os.nice(1)
    theatre.enter(
        stage,
        name,
        number,
        lease=cases.LEASE_SECONDS,
        sweep=cases.SWEEP_SECONDS,
        deadline=cases.DEADLINE_SECONDS,
    )
    return Lane(stage, name, number)
