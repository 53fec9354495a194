"""`./run bench generation`: how many whole articles one worker writes while its model thinks.

The model answers after a fixed time, so the ideal is known: a worker with so many slots gets
slots ÷ latency answers a second if it never lets one wait. Each article is written by the real
worker in all of its steps, from a page that is fetched to a draft in review. The same is done with
four prefork processes, which is how Celery works unless told otherwise, in turn, round by round.
Models write some eighty tokens a second, so the 800 of an answer take ten seconds.
"""

import argparse
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

from config import children, programs
from tests.load import stage

SLOTS, LATENCY, SECONDS, ROUNDS = 200, 10.0, 180.0, 2
SHARE_AT_LEAST = 0.9
TIMES_PREFORK_AT_LEAST = 30
CONNECTIONS_AT_MOST = 20
# Research, outline, three sections, editing, title and summary.
CALLS = 7
_PATIENCE = 300.0


@dataclass(frozen=True)
class Stage:
    """The servers of a round."""

    env: dict[str, str]
    base_url: str
    database: psycopg.Connection[Any]

    def seen(self) -> dict[str, float]:
        """Return what the model and the processors have done so far."""
        with closing(http.client.HTTPConnection(urlsplit(self.base_url).netloc)) as connection:
            connection.request("GET", "/counts")
            counts: dict[str, float] = json.loads(connection.getresponse().read())
        return counts | {
            "at": time.monotonic(),
            "articles": self.count("succeeded"),
            "database_cpu": stage.cpu_of_database(self.database),
            "busy": _busy(),
        }

    def count(self, *statuses: str) -> int:
        """Return how many runs stand so."""
        return self.ask(
            "SELECT count(*) FROM generation_run WHERE status = ANY(%s)", list(statuses)
        )

    def connections(self) -> int:
        """Return how many connections to the database there are beside this one."""
        return self.ask(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )

    def ask(self, sql: str, *values: Any) -> int:
        """Return the number a query gives."""
        [number] = self.database.execute(sql, values).fetchone() or [0]
        return int(number)


@dataclass
class Case:
    """A way to run a worker, and its rounds."""

    name: str
    argv: tuple[str, ...]
    slots: int
    env: dict[str, str] = field(default_factory=dict)
    rounds: list[dict[str, float]] = field(default_factory=list)

    def articles_in(self, seconds: float, latency: float) -> int:
        """Return more articles than can be written in that time."""
        return int(self.slots / latency * seconds / CALLS) + 3 * self.slots

    def play(self, on: Stage, *, seconds: float, latency: float) -> None:
        """Work for so long, once it is in full swing."""
        with _working(self.argv, {**on.env, **self.env}) as worker:
            # One after the other, spread over the time that an article takes: those that begin in
            # step stay so for long, and no part of a wave is like the whole.
            start = on.count("succeeded")
            _commission(on, self.slots, over=CALLS * latency)
            _commission(on, self.articles_in(seconds, latency))
            _until(on, worker, articles=start + self.slots // 2)
            before, cpu = on.seen(), stage.cpu_of(worker.pid)
            connections = 0
            while time.monotonic() < before["at"] + seconds:
                connections = max(connections, on.connections())
                time.sleep(0.1)
            after, cpu = on.seen(), stage.cpu_of(worker.pid) - cpu
            change = {name: after[name] - before[name] for name in after}
            self.rounds.append(
                change
                | {
                    "cpu": cpu,
                    "connections": connections,
                    "memory": stage.memory_of(worker.pid),
                    "most": after["most_in_flight"],
                }
            )
        if failed := on.count("failed"):
            raise SystemExit(f"{failed} articles failed; they should not.")

    def figures(self, latency: float) -> dict[str, float]:
        """Return what the rounds come to."""
        total = {name: sum(one[name] for one in self.rounds) for name in self.rounds[0]}
        seconds, calls = total["at"], total["answered"]
        ours = total["cpu"] + total["database_cpu"]
        return {
            "slots": self.slots,
            "articles_per_minute": round(total["articles"] / seconds * 60, 1),
            "calls_per_second": round(calls / seconds, 2),
            "share_of_ideal": round(calls / seconds / (self.slots / latency), 3),
            "in_flight": round(total["seconds_in_flight"] / seconds, 1),
            "most_in_flight": max(one["most"] for one in self.rounds),
            "cpu_ms_per_call": round(total["cpu"] / calls * 1000, 2),
            "database_cpu_ms_per_call": round(total["database_cpu"] / calls * 1000, 2),
            "cores": round(total["cpu"] / seconds, 2),
            "cores_of_others": round(max(0.0, total["busy"] - ours) / seconds, 2),
            "memory_mb": round(max(one["memory"] for one in self.rounds), 1),
            "connections": max(one["connections"] for one in self.rounds),
        }


def main(
    *,
    slots: int = SLOTS,
    latency: float = LATENCY,
    seconds: float = SECONDS,
    rounds: int = ROUNDS,
) -> dict[str, Any]:
    """Measure, print a table and the figures; returns them."""
    cases = [
        Case("crew", programs.worker(), slots, {"WORKER_CONCURRENCY": str(slots)}),
        Case("prefork 4", _PREFORK, 4),
    ]
    with _stage(latency) as on:
        for number in range(1, rounds + 1):
            for case in cases:
                stage.say(f"Round {number} of {rounds}: {case.name}, {seconds:.0f} s ...")
                case.play(on, seconds=seconds, latency=latency)
                stage.say(f"  {case.figures(latency)}")
    return _report({case.name: case.figures(latency) for case in cases}, latency)


_PREFORK = (
    *(sys.executable, "-m", "celery", "--quiet", "--app=config.celery_app", "worker"),
    *("--pool=prefork", "--concurrency=4", f"--queues={programs.QUEUES}"),
    *("--loglevel=INFO", "--without-gossip", "--without-mingle"),
)


@contextmanager
def _stage(latency: float) -> Iterator[Stage]:
    with stage.services() as env, ExitStack() as stack:
        model = stack.enter_context(
            subprocess.Popen(
                [sys.executable, "-m", "tests.load.steady_model", f"--latency={latency}"],
                env=env,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
        )
        stack.callback(model.terminate)
        assert model.stdout is not None
        base_url = model.stdout.readline().decode().strip()
        env |= {
            "DATABASE_URL": stage.empty_database(env, "bench_generation"),
            "OPENAI_API_KEY": "none",
            "OPENAI_BASE_URL": f"{base_url}/v1",
            "FETCH_ALLOWED_PRIVATE_HOSTS": "127.0.0.0/8",
            "LOG_LEVEL": "INFO",
        }
        database = stack.enter_context(psycopg.connect(env["DATABASE_URL"], autocommit=True))
        yield Stage(env, base_url, database)


def _commission(on: Stage, count: int, *, over: float = 0.0) -> None:
    """Have so many more articles written, spread over so many seconds."""
    stage.say(f"Commissioning {count:,} articles ...")
    env = {**on.env, "LOG_LEVEL": "WARNING"}
    page = f"{on.base_url}/page"
    stage.run("-m", "tests.load.commission", str(count), page, str(over), env=env)


@contextmanager
def _working(argv: tuple[str, ...], env: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    with Path(env.get("BENCH_WORKER_LOG", os.devnull)).open("ab") as output:
        worker = children.spawn(
            argv, death_signal=signal.SIGKILL, output=output, env=env, cwd=stage.ROOT
        )
    try:
        yield worker
    finally:
        children.stop(worker, grace=20)


def _until(on: Stage, worker: subprocess.Popen[bytes], *, articles: int) -> None:
    """Wait for so many articles."""
    deadline = time.monotonic() + _PATIENCE
    while on.count("succeeded") < articles:
        if time.monotonic() > deadline or worker.poll() is not None:
            raise SystemExit("The worker writes nothing. BENCH_WORKER_LOG=file shows why.")
        time.sleep(0.1)


def _busy() -> float:
    """What all processors have done so far for anybody, seconds."""
    user, nice, system, *_ = map(int, Path("/proc/stat").read_text().split("\n")[0].split()[1:])
    return (user + nice + system) / os.sysconf("SC_CLK_TCK")


def _report(figures: dict[str, dict[str, float]], latency: float) -> dict[str, Any]:
    crew, prefork = figures["crew"], figures["prefork 4"]
    times = round(crew["calls_per_second"] / prefork["calls_per_second"], 1)
    _print_table(figures)
    print(f"\nThe crew gets {times} times as many answers as four prefork processes.")
    missed = _missed(crew, times)
    for sentence in missed:
        print(f"MISSED: {sentence}")
    summary = {
        "bench": "generation",
        "latency_seconds": latency,
        "machine": f"{os.cpu_count()} processors",
        "times_prefork": times,
        "missed": missed,
        "cases": figures,
    }
    print(json.dumps(summary))
    return summary


def _print_table(figures: dict[str, dict[str, float]]) -> None:
    print(("{:<26}" + "{:>12}" * len(figures)).format("", *figures))
    for name in next(iter(figures.values())):
        row = [case[name] for case in figures.values()]
        print(("{:<26}" + "{:>12}" * len(row)).format(name.replace("_", " "), *row))


def _missed(crew: dict[str, float], times: float) -> list[str]:
    missed = []
    if crew["share_of_ideal"] < SHARE_AT_LEAST:
        missed.append(f"{crew['share_of_ideal']:.0%} of the ideal, not {SHARE_AT_LEAST:.0%}")
    if times < TIMES_PREFORK_AT_LEAST:
        missed.append(f"{times} times prefork 4, not {TIMES_PREFORK_AT_LEAST}")
    if crew["connections"] > CONNECTIONS_AT_MOST:
        missed.append(f"{crew['connections']} connections, not {CONNECTIONS_AT_MOST} at most")
    return missed


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--latency", type=float, default=LATENCY, help="seconds of an answer")
    parser.add_argument("--slots", type=int, default=SLOTS)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="of a round, at least")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    sys.exit(bool(main(**vars(parser.parse_args()))["missed"]))
