"""`./run bench pages`: what a page costs, kept and not kept, beside a bare Django view.

Everything is asked in turn, round after round, so that whatever else the machine does meets all
alike; the figures are medians over the rounds. `kept` is what a reader gets from the page cache;
`made` is a page that it has not: looked for, made by Django, compressed and kept (each such request
names another port of the host, which makes another address of it); `passed` is a page that it does
not look at, because the query is strange to it.
"""

import itertools
import json
import os
import statistics
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

from tests.load import client, stage
from tests.load.client import Round
from tests.load.stage import Server

POSTS = 1_000
ROUNDS = 9
SECONDS = 1.5
CONNECTIONS = 8
KEPT_AT_LEAST = 1.3
MADE_AT_LEAST = 0.1
_ports = itertools.count(20_000)


@dataclass
class Case:
    """A kind of request, and its rounds."""

    name: str
    server: Server
    requests: Iterator[list[bytes]]
    database: str = ""

    def __post_init__(self) -> None:
        self.rounds: list[Round] = []

    def play(self, seconds: float) -> None:
        """Ask for some seconds."""
        before = self._cpu()
        done = client.ask(
            self.server, next(self.requests), seconds=seconds, connections=CONNECTIONS
        )
        after = self._cpu()
        done.cpu_seconds, done.database_cpu_seconds = after[0] - before[0], after[1] - before[1]
        self.rounds.append(done)

    def _cpu(self) -> tuple[float, float]:
        database = stage.cpu_of_database(self.database) if self.database else 0.0
        return self.server.cpu_seconds(), database

    def figures(self) -> dict[str, float]:
        """Return answers a second, waits in ms, and what an answer cost the processors in µs."""
        answers = sum(len(one.waits) for one in self.rounds)
        waits = [wait for one in self.rounds for wait in one.waits]
        return {
            "per_second": round(statistics.median(one.per_second for one in self.rounds), 1),
            "p50_ms": round(statistics.median(waits) * 1000, 3),
            "p99_ms": round(statistics.quantiles(waits, n=100)[98] * 1000, 3),
            "cpu_us": round(sum(one.cpu_seconds for one in self.rounds) / answers * 1e6, 1),
            "database_cpu_us": round(
                sum(one.database_cpu_seconds for one in self.rounds) / answers * 1e6, 1
            ),
            "bytes": round(sum(one.bytes for one in self.rounds) / answers),
            "requests": answers,
        }

    def ratio_to(self, other: "Case") -> float:
        """Return the median over the rounds of how many times as many answers a second it gave."""
        pairs = zip(self.rounds, other.rounds, strict=True)
        return round(statistics.median(a.per_second / b.per_second for a, b in pairs), 3)


def main(
    *, posts: int = POSTS, rounds: int = ROUNDS, seconds: float = SECONDS
) -> dict[str, object]:
    """Measure, print a table and the figures; returns them."""
    with stage.services() as env, ExitStack() as stack:
        url = stage.database(env, posts)
        env = {**env, "DATABASE_URL": url}
        site = stack.enter_context(stage.serving("config.wsgi:application", env))
        bare = stack.enter_context(stage.serving("tests.load.bare:application", env))
        cases = _cases(site, bare, url)
        stage.say(f"{len(cases)} kinds of requests, {rounds} rounds of {seconds} s each ...")
        for case in cases:
            case.play(seconds / 3)
            case.rounds.clear()
        for _ in range(rounds):
            for case in cases:
                case.play(seconds)
    return _report(cases)


def _cases(site: Server, bare: Server, url: str) -> list[Case]:
    paths = {
        "post": stage.newest_post(url),
        "list": "/",
        "feed": "/feed.atom",
        "api": "/api/v1/posts/",
    }
    cases = [Case("bare", bare, itertools.repeat([client.request("/")]))]
    for name, path in paths.items():
        kept = itertools.repeat([client.request(path)])
        passed = itertools.repeat([client.request(f"{path}?strange=1")])
        cases += [
            Case(f"{name} kept", site, kept),
            Case(f"{name} made", site, _never_the_same(path), url),
            Case(f"{name} passed", site, passed, url),
        ]
    return cases


def _never_the_same(path: str) -> Iterator[list[bytes]]:
    while True:
        ports = itertools.islice(_ports, 2_000)
        yield [client.request(path, Host=f"127.0.0.1:{port}") for port in ports]


def _report(cases: list[Case]) -> dict[str, object]:
    bare, *others = cases
    figures = {case.name: case.figures() for case in cases}
    for case in others:
        figures[case.name]["times_bare"] = case.ratio_to(bare)
        cpu = figures[bare.name]["cpu_us"] / figures[case.name]["cpu_us"]
        figures[case.name]["times_bare_by_cpu"] = round(cpu, 3)
    _print_table(figures)
    missed = _missed(figures)
    for name in missed:
        print(f"MISSED: {name}")
    summary = {"bench": "pages", "client": "python, 1 process", "missed": missed, "cases": figures}
    print(json.dumps(summary))
    return summary


def _print_table(figures: dict[str, dict[str, float]]) -> None:
    print("\nThe bare view: " + " ".join(_BARE.split()))
    heads = ("", "req/s", "p50 ms", "p99 ms", "CPU µs", "DB µs", "bytes", "x bare", "x by CPU")
    print(("{:<13}" + "{:>10}" * 8).format(*heads))
    for name, row in figures.items():
        columns = ("per_second", "p50_ms", "p99_ms", "cpu_us", "database_cpu_us", "bytes")
        ratios = (row.get("times_bare", 1.0), row.get("times_bare_by_cpu", 1.0))
        print(("{:<13}" + "{:>10}" * 8).format(name, *(row[c] for c in columns), *ratios))


_BARE = """a Django project without middleware whose only view returns
HttpResponse("Hello, world."), on the same gunicorn with the same settings (2 workers, gthread);
see tests/load/bare.py."""


def _missed(figures: dict[str, dict[str, float]]) -> list[str]:
    wanted = {name: KEPT_AT_LEAST for name in figures if name.endswith(" kept")}
    wanted |= {f"{name} made": MADE_AT_LEAST for name in ("post", "list")}
    return [
        f"{name}: {figures[name]['times_bare']} times the bare view, not {least}"
        for name, least in wanted.items()
        if figures[name]["times_bare"] < least
    ]


if __name__ == "__main__":
    rounds = int(os.environ.get("BENCH_ROUNDS", str(ROUNDS)))
    sys.exit(bool(main(rounds=rounds)["missed"]))
