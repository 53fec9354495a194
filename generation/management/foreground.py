"""Runs a run here and now, in threads of this process, and shows how far it is."""

import json
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO
from uuid import UUID

from django.db import connection

from generation import services
from generation.models import Run
from generation.services import Progress

# As many sections are written side by side.
THREADS = 3
_POLL_SECONDS = 0.2
_PATIENCE_SECONDS = 1.0

Show = Callable[[Progress], None]


class Interrupted(Exception):
    """Somebody pressed Ctrl-C; the run waits for whoever goes on."""


def follow(run: Run, show: Show) -> Progress:
    """Work on the run to its end and return how it ended. Raises Interrupted."""
    try:
        with _working(run.pk):
            return _watch(run, show)
    except KeyboardInterrupt:
        services.stop_claiming()
        services.give_back_leases()
        raise Interrupted from None


@contextmanager
def _working(run_id: UUID) -> Iterator[None]:
    over = threading.Event()
    for _ in range(THREADS):
        threading.Thread(target=_advance, args=(run_id, over), daemon=True).start()
    try:
        yield
    finally:
        over.set()


def _advance(run_id: UUID, over: threading.Event) -> None:
    """Take what is ready, again and again: steps that were postponed become ready later."""
    while not over.is_set():
        try:
            services.advance(run_id)
        finally:
            connection.close()
        over.wait(_PATIENCE_SECONDS)


def _watch(run: Run, show: Show) -> Progress:
    pause = threading.Event()
    while True:
        now = services.progress(run)
        show(now)
        if not now.is_active:
            return now
        # A worker may have died over a run that is retried here.
        services.reclaim()
        pause.wait(_POLL_SECONDS)


def as_bar(out: TextIO) -> Show:
    """Draw a bar in place, for a terminal."""

    def show(progress: Progress) -> None:
        done = progress.percent // 5
        line = f"[{'█' * done}{'·' * (20 - done)}] {progress.percent:3d} % {_figures(progress)}"
        width = shutil.get_terminal_size().columns - 1
        out.write("\r" + line[:width].ljust(width) + ("" if progress.is_active else "\n"))
        out.flush()

    return show


def as_lines(out: TextIO) -> Show:
    """Write a line for each change, for logs."""
    return _on_change(lambda p: out.write(f"{p.percent:3d} % {_figures(p)}\n"))


def as_json(out: TextIO) -> Show:
    """Write one JSON object a line for each change, for programs."""

    def show(progress: Progress) -> None:
        document = {"event": "progress", **progress.model_dump(mode="json")}
        out.write(json.dumps(document) + "\n")
        out.flush()

    return _on_change(show)


def choose(*, is_json: bool) -> Show:
    """Return the way to show progress that suits where the output goes."""
    if is_json:
        return as_json(sys.stdout)
    return as_bar(sys.stderr) if sys.stderr.isatty() else as_lines(sys.stderr)


def _figures(progress: Progress) -> str:
    minutes, seconds = divmod(int(progress.elapsed_seconds), 60)
    return f"{minutes}:{seconds:02d} ${progress.cost:.4f} {progress.activity}"


def _on_change(show: Callable[[Progress], object]) -> Show:
    """Pass on only what differs from the last time, apart from the clock."""
    latest: list[tuple[object, ...]] = []

    def show_change(progress: Progress) -> None:
        state = (progress.status, progress.percent, progress.activity, progress.cost)
        if latest != [state]:
            latest[:] = [state]
            show(progress)

    return show_change
