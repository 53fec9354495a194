"""Child processes that never outlive their parent, whichever way the parent ends."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1
# Loaded here, because nothing may be imported between fork and exec.
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def spawn(
    argv: Sequence[str | Path],
    *,
    death_signal: signal.Signals,
    output: IO[bytes] | int | None,
    stdin: int = subprocess.DEVNULL,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    keep_open: Iterable[int] = (),
) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own, so that Ctrl-C reaches the parent alone.

    `death_signal` reaches the child when the thread that called us ends, even by SIGKILL (Linux);
    call this from a thread that lives as long as the child should. `output` takes both streams of
    the child; None lets it write to ours. `keep_open` are descriptors the child inherits.
    Raises OSError when the program cannot be started.
    """
    return subprocess.Popen(
        [os.fspath(word) for word in argv],
        stdin=stdin,
        stdout=output,
        stderr=subprocess.STDOUT,
        env=env,
        cwd=cwd,
        pass_fds=tuple(keep_open),
        start_new_session=True,
        preexec_fn=die_with(os.getpid(), death_signal),
    )


def die_with(parent: int, death_signal: signal.Signals) -> Callable[[], None]:
    """Return what a new child calls to get `death_signal` when its parent's thread ends (Linux)."""

    def before_exec() -> None:
        if _libc is None:
            return
        _libc.prctl(PR_SET_PDEATHSIG, int(death_signal))
        # The parent may have died before the kernel knew that we care.
        if os.getppid() != parent:
            os._exit(1)

    return before_exec


def stop(
    process: subprocess.Popen[bytes], *, first: signal.Signals = signal.SIGTERM, grace: float = 10.0
) -> int:
    """Ask with `first`, wait `grace` seconds, then kill what is left of the whole session.

    Returns the exit code (negative: the signal that ended it).
    """
    if process.poll() is None:
        process.send_signal(first)
    try:
        code = process.wait(timeout=grace)
    except subprocess.TimeoutExpired:
        kill_session(process)
        return process.wait()
    kill_session(process)
    return code


def kill_session(process: subprocess.Popen[bytes]) -> None:
    """Kill every process the child has left behind in its session."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
