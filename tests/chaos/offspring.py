"""Programs without the seconds of their start: forks of a process that has imported everything.

The parent has one thread and no connection; each child becomes the program that its command line
names. Its parent sees it end and stop.
"""

import contextlib
import os
import runpy
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from django.db import connections

from config import children, programs
from generation import leases


@dataclass
class Child:
    """A process of ours, and what is known about its end."""

    name: str
    pid: int
    code: int | None = None
    is_stopped: bool = False

    def look(self) -> None:
        """Notice whether it ended, stopped or went on."""
        if self.code is not None:
            return
        options = os.WNOHANG | os.WUNTRACED | os.WCONTINUED
        pid, status = os.waitpid(self.pid, options)
        while pid:
            if os.WIFSTOPPED(status) or os.WIFCONTINUED(status):
                self.is_stopped = os.WIFSTOPPED(status)
            else:
                self.code = os.waitstatus_to_exitcode(status)
                return
            pid, status = os.waitpid(self.pid, options)

    @property
    def is_alive(self) -> bool:
        """Whether it has not ended."""
        self.look()
        return self.code is None

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal, if it lives."""
        if self.is_alive:
            os.kill(self.pid, number)

    def wait(self, seconds: float) -> bool:
        """Wait for its end; returns whether it came."""
        return until(lambda: not self.is_alive, seconds)

    def kill(self) -> None:
        """End it at once."""
        self.signal(signal.SIGKILL)
        self.wait(10)

    def end(self, seconds: float = 10) -> None:
        """Ask it to end, and kill it when it does not."""
        self.signal(signal.SIGTERM)
        self.signal(signal.SIGCONT)
        if not self.wait(seconds):
            self.kill()


def until(happened: Callable[[], object], seconds: float, every: float = 0.05) -> bool:
    """Wait until something happened, for so long at most; returns whether it did."""
    deadline = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > deadline:
            return False
        time.sleep(every)
    return True


def fork(body: Callable[[], object], name: str, *, log: Path, **env: str) -> Child:
    """Run `body` in a child with these variables, its output in a file."""
    connections.close_all()
    parent = os.getpid()
    sys.stdout.flush()
    sys.stderr.flush()
    if pid := os.fork():
        return Child(name, pid)
    code = 1
    try:
        children.die_with(parent, signal.SIGKILL)()
        _become(log, env)
        body()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def program(
    argv: tuple[str, ...],
    name: str,
    *,
    log: Path,
    before: Callable[[], None] = lambda: None,
    **env: str,
) -> Child:
    """Start one of AutoBlog's programs: `python -m module ...`."""
    module, words = argv[2], argv[3:]

    def body() -> None:
        before()
        sys.argv = [module, *words]
        runpy.run_module(module, run_name="__main__")

    return fork(body, name, log=log, **env)


def worker(name: str, *, log: Path, **env: str) -> Child:
    """Start a worker, with a name of its own as in a container of its own."""
    return program(
        (*programs.worker(), f"--hostname={name}@chaos"),
        name,
        log=log,
        before=_share_connections,
        **env,
    )


def beat(name: str, *, log: Path) -> Child:
    """Start a clock."""
    return program(programs.beat(), name, log=log)


def _share_connections() -> None:
    """What `config.worker` asks of the settings, which were read long before it was."""
    size = int(os.environ["DATABASE_POOL_SIZE"])
    pool = {"min_size": 1, "max_size": size, "timeout": 10}
    connections.settings["default"]["OPTIONS"]["pool"] = pool
    connections.settings["default"]["CONN_MAX_AGE"] = 0


def _become(log: Path, env: dict[str, str]) -> None:
    """Let go of what belongs to the parent."""
    os.setsid()
    os.environ.update(env)
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for descriptor in (1, 2):
        os.dup2(file, descriptor)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    # What a module makes of its own when a process imports it.
    leases._WORKER = f"chaos:{uuid4().hex[:12]}:"
