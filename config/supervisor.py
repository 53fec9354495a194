"""Programs that live and die together: started in order, watched, stopped in the opposite order."""

import contextlib
import itertools
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO

from config import children

COLOURS = ("36", "35", "33", "32", "34")  # of the names in the output: cyan, magenta, yellow, ...
KEPT_LINES = 200
SHOWN_LINES = 12
HEARTBEAT = 0.1  # seconds between two looks at the programs


class StopRequested(KeyboardInterrupt):
    """Somebody asked us to stop: Ctrl-C, SIGTERM, or a terminal that was closed."""


class ProgramDied(Exception):
    """A program ended although it was needed; the message shows its last lines."""

    def __init__(self, name: str, code: int, last_lines: list[str]) -> None:
        if code < 0:
            how = f"was ended by {signal.Signals(-code).name}"
            how += " (was the machine out of memory?)" if code == -signal.SIGKILL else ""
        else:
            how = f"ended with exit code {code}"
        shown = "\n".join(f"    {line}" for line in last_lines) or "    (it said nothing)"
        super().__init__(f"The program `{name}` {how}. The last it said:\n{shown}")


class NotReady(Exception):
    """The programs run, but what was waited for did not happen in time."""


@dataclass(frozen=True)
class Program:
    """What to start, and how long (seconds) it may take to stop in peace."""

    name: str
    argv: tuple[str, ...]
    grace: float = 10.0
    # What it gets when we are killed: nobody is left who could insist on a friendlier signal.
    death_signal: signal.Signals = signal.SIGKILL


@dataclass
class _Child:
    program: Program
    process: subprocess.Popen[bytes]
    reader: threading.Thread | None = None
    lines: deque[str] = field(default_factory=lambda: deque(maxlen=KEPT_LINES))

    def check(self) -> None:
        """Raises ProgramDied when it has ended."""
        code = self.process.poll()
        if code is not None:
            self.drain()
            raise ProgramDied(self.program.name, code, list(self.lines)[-SHOWN_LINES:])

    def drain(self) -> None:
        if self.reader:
            self.reader.join(timeout=1)


class Supervisor:
    """Runs programs in `folder` and passes their output, line by line, to `write`."""

    def __init__(
        self, *, folder: Path, write: Callable[[str], object], in_colour: bool = False
    ) -> None:
        self._folder = folder
        self._write = write
        self._writing = threading.Lock()
        self._colours = itertools.cycle(COLOURS if in_colour else ("",))
        self._children: list[_Child] = []
        self._is_stopping = False

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Turn the first request to stop into StopRequested; the next one kills what is left.

        Must be entered before anything that has to be closed, and in the main thread.
        """
        numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        before = {number: signal.signal(number, self._on_signal) for number in numbers}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    @contextmanager
    def stopping_all(self) -> Iterator[None]:
        """At the end of the block stop every program, the last started first."""
        try:
            yield
        finally:
            self._is_stopping = True
            while self._children:
                child = self._children[-1]
                children.stop(child.process, grace=child.program.grace)
                child.drain()
                self._children.pop()

    def start(self, program: Program, *, env: Mapping[str, str]) -> None:
        """Start a program that is needed from now on."""
        self._spawn(program, env=env, output=subprocess.PIPE)

    def run(self, program: Program, *, env: Mapping[str, str]) -> list[str]:
        """Run a program silently to its end; returns its last lines.

        Raises ProgramDied when it fails, or when one of the others ends meanwhile.
        """
        child = self._spawn(program, env=env, output=subprocess.PIPE, is_shown=False)
        if self._end_of(child) != 0:
            child.check()
        child.drain()
        return list(child.lines)

    def run_in_foreground(self, program: Program, *, env: Mapping[str, str]) -> int:
        """Run a program that writes to our own terminal; returns its exit code.

        Raises ProgramDied when one of the others ends meanwhile.
        """
        return self._end_of(self._spawn(program, env=env, output=None))

    def wait_for(self, happened: Callable[[], bool], *, limit: float, what: str) -> None:
        """Wait until `happened`. Raises ProgramDied, or NotReady after `limit` seconds."""
        deadline = time.monotonic() + limit
        while not happened():
            for child in self._children:
                child.check()
            if time.monotonic() > deadline:
                raise NotReady(f"{what} within {limit:.0f} seconds.")
            time.sleep(HEARTBEAT)

    def watch(self, look: Callable[[], bool] = lambda: False) -> None:
        """Stay until a program ends (ProgramDied) or a stop is requested (StopRequested).

        `look` is called many times a second; what it raises ends the watch too.
        """
        self.wait_for(look, limit=float("inf"), what="")

    def pids(self) -> dict[str, int]:
        """The process id of each running program, by name."""
        return {child.program.name: child.process.pid for child in self._children}

    def _spawn(
        self,
        program: Program,
        *,
        env: Mapping[str, str],
        output: int | None,
        is_shown: bool = True,
    ) -> _Child:
        process = children.spawn(
            program.argv,
            death_signal=program.death_signal,
            output=output,
            env=env,
            cwd=self._folder,
        )
        child = _Child(program, process)
        self._children.append(child)
        if process.stdout is not None:
            colour = next(self._colours) if is_shown else None
            child.reader = threading.Thread(
                target=self._relay, args=(child, process.stdout, colour), daemon=True
            )
            child.reader.start()
        return child

    def _end_of(self, child: _Child) -> int:
        while child.process.poll() is None:
            for other in self._children[:-1]:
                other.check()
            time.sleep(HEARTBEAT / 2)
        self._children.remove(child)
        return child.process.wait()

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        if not self._is_stopping:
            self._is_stopping = True
            raise StopRequested
        for child in self._children:
            children.kill_session(child.process)

    def _relay(self, child: _Child, pipe: IO[bytes], colour: str | None) -> None:
        """Keep the lines of a child and pass them on; None for the colour keeps them silent."""
        start, end = (f"\x1b[{colour}m", "\x1b[0m") if colour else ("", "")
        with pipe:
            for raw in pipe:
                line = raw.decode(errors="replace").rstrip()
                child.lines.append(line)
                if colour is None:
                    continue
                # A terminal that has gone must not stop a program: the pipe is emptied anyway.
                with self._writing, contextlib.suppress(OSError, ValueError):
                    self._write(f"{start}{child.program.name:>6} |{end} {line}\n")
