"""Ends or freezes this process at a named line of `blog.crash_points`.

CRASH_AT=name ends it there as SIGKILL would; FREEZE_AT=name stops all of its threads, heartbeat and
all, until somebody sends SIGCONT (once). CRASH_RUN=id ends it whenever it works on that run.
"""

import os
import signal
import threading

from structlog.contextvars import get_contextvars

DIED = 137
_freezing = threading.Lock()


def reached(point: str) -> None:
    """Do what the environment says about this line."""
    if os.environ.get("CRASH_AT") == point or _is_poisonous():
        os._exit(DIED)
    with _freezing:
        is_ours = os.environ.get("FREEZE_AT") == point
        if is_ours:
            del os.environ["FREEZE_AT"]
    if is_ours:
        # To this thread: it stops right here, and the process with it.
        signal.pthread_kill(threading.get_ident(), signal.SIGSTOP)


def _is_poisonous() -> bool:
    run = os.environ.get("CRASH_RUN")
    return run is not None and get_contextvars().get("run_id") == run
