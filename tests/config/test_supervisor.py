"""Programs that live and die together, tried with real processes."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.supervisor import NotReady, Program, ProgramDied, StopRequested, Supervisor

ROOT = Path(__file__).resolve().parent.parent.parent
ENV = dict(os.environ) | {"PYTHONUNBUFFERED": "1"}
pytestmark = pytest.mark.process

# Says that it is there, and how it was asked to go.
POLITE = """
import signal, sys
def leave(*_):
    print("leaving"); sys.exit(0)
signal.signal(signal.SIGTERM, leave)
print("here")
while True:
    signal.pause()
"""
# Ignores the request, and has a child of its own that does the same.
STUBBORN = """
import os, signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
os.fork()
print("here", os.getpid())
while True:
    signal.pause()
"""
# A supervisor in a process of its own, with two programs: a polite one and the given other one.
SUPERVISING = """
import os, sys
from pathlib import Path
from config.supervisor import Program, StopRequested, Supervisor
def say(line):
    print(line, end="", flush=True)
supervisor = Supervisor(folder=Path.cwd(), write=say)
polite, other = (Program(n, (sys.executable, "-u", "-c", code), grace=float(sys.argv[3]))
                 for n, code in zip(("polite", "other"), sys.argv[1:3]))
try:
    with supervisor.listening(), supervisor.stopping_all():
        supervisor.start(polite, env=dict(os.environ))
        supervisor.start(other, env=dict(os.environ))
        try:
            # Whoever has read this may ask for a stop.
            print(*supervisor.pids().values(), flush=True)
            supervisor.watch()
        except StopRequested:
            print("stopping", flush=True)
            raise
except StopRequested:
    print("stopped", flush=True)
"""


class Output(list[str]):
    """What the supervisor wrote, to be waited for."""

    def has(self, *parts: str) -> Callable[[], bool]:
        return lambda: all(any(part in line for line in self) for part in parts)


@pytest.fixture
def output() -> Output:
    return Output()


@pytest.fixture
def supervisor(output: Output) -> Iterator[Supervisor]:
    supervisor = Supervisor(folder=ROOT, write=output.append)
    with supervisor.stopping_all():
        yield supervisor


def python(name: str, code: str, *, grace: float = 5.0) -> Program:
    return Program(name, (sys.executable, "-c", code), grace=grace)


def lives(pid: int) -> bool:
    try:
        return not Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].startswith("Z")
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait_until_gone(pids: list[int], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while any(map(lives, pids)):
        assert time.monotonic() < deadline, f"still alive of {pids}"
        time.sleep(0.02)


def test_lines_are_passed_on_with_the_name_of_their_program(
    supervisor: Supervisor, output: Output
) -> None:
    supervisor.start(python("one", POLITE), env=ENV)
    supervisor.start(python("two", POLITE), env=ENV)
    supervisor.wait_for(output.has("one | here", "two | here"), limit=20, what="No word")


def test_programs_stop_in_the_opposite_order(output: Output) -> None:
    supervisor = Supervisor(folder=ROOT, write=output.append)
    with supervisor.stopping_all():
        for name in ("first", "second", "third"):
            supervisor.start(python(name, POLITE), env=ENV)
        supervisor.wait_for(
            output.has("first | here", "second | here", "third | here"), limit=20, what="No word"
        )
    leaving = [line.split("|")[0].strip() for line in output if "leaving" in line]
    assert leaving == ["third", "second", "first"]


def test_a_program_that_does_not_stop_is_killed_with_its_children(output: Output) -> None:
    supervisor = Supervisor(folder=ROOT, write=output.append)
    with supervisor.stopping_all():
        supervisor.start(python("stubborn", STUBBORN, grace=0.2), env=ENV)
        supervisor.wait_for(lambda: len(output) == 2, limit=20, what="No word")
    wait_until_gone([int(line.split()[-1]) for line in output])


def test_a_program_that_dies_is_named_with_the_last_it_said(supervisor: Supervisor) -> None:
    supervisor.start(python("steady", POLITE), env=ENV)
    supervisor.start(python("weak", "print('one'); raise SystemExit('two')"), env=ENV)
    with pytest.raises(ProgramDied, match=r"`weak` ended with exit code 1[^`]*one\n *two"):
        supervisor.watch()


def test_a_program_that_was_killed_is_not_said_to_have_exited(supervisor: Supervisor) -> None:
    supervisor.start(python("victim", "import os; os.kill(os.getpid(), 9)"), env=ENV)
    with pytest.raises(ProgramDied, match=r"`victim` was ended by SIGKILL .*memory"):
        supervisor.watch()


def test_running_to_the_end_is_silent_and_returns_the_lines(
    supervisor: Supervisor, output: Output
) -> None:
    assert supervisor.run(python("once", "print('a'); print('b')"), env=ENV) == ["a", "b"]
    assert output == []
    assert supervisor.pids() == {}


def test_running_to_a_bad_end_is_an_error(supervisor: Supervisor) -> None:
    with pytest.raises(ProgramDied, match=r"`once` ended with exit code 3"):
        supervisor.run(python("once", "raise SystemExit(3)"), env=ENV)


def test_running_in_the_foreground_returns_the_exit_code(
    supervisor: Supervisor, capfd: pytest.CaptureFixture[str]
) -> None:
    code = supervisor.run_in_foreground(python("front", "print('hi'); exit(4)"), env=ENV)
    assert (code, capfd.readouterr().out) == (4, "hi\n")


def test_the_foreground_ends_when_one_of_the_others_dies(supervisor: Supervisor) -> None:
    supervisor.start(python("weak", "raise SystemExit(1)"), env=ENV)
    with pytest.raises(ProgramDied, match="weak"):
        supervisor.run_in_foreground(python("front", POLITE), env=ENV)


def test_waiting_has_an_end(supervisor: Supervisor) -> None:
    supervisor.start(python("steady", POLITE), env=ENV)
    with pytest.raises(NotReady, match="Nothing came within 0 seconds"):
        supervisor.wait_for(lambda: False, limit=0.1, what="Nothing came")


def test_a_program_goes_on_when_nobody_can_read_what_it_says(tmp_path: Path) -> None:
    def broken(_: str) -> None:
        raise BrokenPipeError

    done = tmp_path / "done"
    talk = f"print('x' * 200_000); open({str(done)!r}, 'w'); import signal; signal.pause()"
    supervisor = Supervisor(folder=ROOT, write=broken)
    with supervisor.stopping_all():
        supervisor.start(python("talker", talk), env=ENV)
        supervisor.wait_for(done.exists, limit=20, what="It was held up")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_asks_for_a_stop(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    supervisor = Supervisor(folder=ROOT, write=print)
    with pytest.raises(StopRequested), supervisor.listening():
        signal.raise_signal(number)
    assert signal.getsignal(number) == before


class TestSupervisorProcess:
    @staticmethod
    def begin(other: str, *, grace: float) -> tuple[subprocess.Popen[str], list[int]]:
        process = subprocess.Popen(
            [sys.executable, "-c", SUPERVISING, POLITE, other, str(grace)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        assert process.stdout is not None
        pids: list[int] = []
        heard = 0
        while heard < 2 or not pids:
            line = process.stdout.readline()
            assert line, "the supervisor ended"
            heard += "| here" in line
            if "|" not in line:
                pids = [int(word) for word in line.split()]
        return process, pids

    def test_sigterm_stops_all_in_peace(self) -> None:
        process, pids = self.begin(POLITE, grace=10)
        process.terminate()
        said, _ = process.communicate(timeout=20)
        assert process.returncode == 0
        assert said.count("leaving") == 2
        assert said.endswith("stopped\n")
        assert not any(map(lives, pids))

    def test_a_second_signal_hurries(self) -> None:
        process, pids = self.begin(STUBBORN, grace=600)
        process.send_signal(signal.SIGINT)
        assert process.stdout is not None
        while (line := process.stdout.readline()) != "stopping\n":
            assert line, "the supervisor ended"
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
        wait_until_gone(pids)

    def test_sigkill_takes_the_programs_along(self) -> None:
        process, pids = self.begin(POLITE, grace=10)
        process.kill()
        process.communicate(timeout=20)
        wait_until_gone(pids)
