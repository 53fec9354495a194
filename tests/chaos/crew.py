"""The workers, clocks and web server of the storm, and who of them had how much in hand."""

import signal
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.db import Error, connections

from config import programs
from tests.chaos import conditions, offspring
from tests.chaos.offspring import Child

# Ends that were asked for: by SIGTERM and by SIGKILL.
EXPECTED = (0, -signal.SIGKILL, -signal.SIGTERM)


@dataclass
class Crew:
    """Who works: starts them, and ends them in every way there is."""

    log: Path
    size: int = 3
    started: int = 0
    in_hand: int = 0
    workers: list[Child] = field(default_factory=list)
    others: list[Child] = field(default_factory=list)
    # Those who ended and should not have.
    ended: list[str] = field(default_factory=list)
    # Whoever asks for an article, and whoever decides about one.
    askers: list[Child] = field(default_factory=list)
    people: list[Child] = field(default_factory=list)

    def man(self) -> None:
        """Start a worker for each that is missing, as a platform does; forget who ended."""
        self.ended += [
            f"{one.name} ({one.code})"
            for one in [*self.workers, *self.others]
            if not one.is_alive and one.code not in EXPECTED
        ]
        for group in (self.workers, self.others, self.askers, self.people):
            group[:] = [one for one in group if one.is_alive]
        while len(self.workers) < self.size:
            self.started += 1
            self.workers.append(offspring.worker(f"worker-{self.started}", log=self.log))

    def serve(self, port: int) -> None:
        """Start the web server and two clocks, one too many."""
        web = programs.web(host="127.0.0.1", port=port)
        self.others.append(offspring.program(web, "web", log=self.log.with_suffix(".web")))
        self.others += [
            offspring.beat(name, log=self.log.with_suffix(".beat")) for name in ("beat", "second")
        ]

    def kill(self, worker: Child) -> None:
        """SIGKILL."""
        worker.kill()
        self.in_hand += self.held_by(worker)

    def freeze(self, worker: Child) -> None:
        """SIGSTOP."""
        worker.signal(signal.SIGSTOP)
        self.in_hand += self.held_by(worker)

    def ask_to_end(self, worker: Child) -> None:
        """SIGTERM."""
        self.in_hand += self.held_by(worker)
        worker.signal(signal.SIGTERM)

    def held_by(self, worker: Child | None) -> int:
        """Return how many steps a worker has in hand; those of all without one."""
        try:
            return conditions.in_hand(f":{worker.pid}:" if worker else "")
        except Error:
            connections.close_all()
            # As many as they take at once, where the database can not say.
            return int(settings.WORKER_CONCURRENCY) * (1 if worker else self.size)

    def dismiss(self) -> None:
        """End everybody."""
        for child in [*self.workers, *self.others, *self.askers, *self.people]:
            child.kill()
