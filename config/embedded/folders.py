"""Folders with an owner: a lock that lives exactly as long as somebody uses what is inside."""

import contextlib
import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.embedded.refusal import ServiceRefused

PREFIX = "autoblog-"
# The kernel allows 107 bytes for the path of a socket; ours adds about 40 to the folder's.
LONGEST_PARENT = 60
YOUNG = 60.0  # seconds in which a folder may exist whose owner has not locked it yet


class InUse(ServiceRefused):
    """Somebody else serves this data."""


class NotOurs(ServiceRefused):
    """The data belongs to another user."""


def lock(path: Path, *, patience: float = 0.0) -> int:
    """Take the lock file and write our process id into it; returns the open descriptor.

    A server that inherits the descriptor keeps the lock after our death for as long as it lives
    itself. `patience` (seconds) is for a dead owner's server that is still closing down.
    Raises InUse and NotOurs.
    """
    descriptor = _open(path)
    deadline = time.monotonic() + patience
    while not _lock(descriptor):
        owner = os.pread(descriptor, 20, 0).decode().strip()
        if (owner and _lives(int(owner))) or time.monotonic() > deadline:
            os.close(descriptor)
            raise InUse(
                f"The data in {path.with_suffix('')} is in use by another AutoBlog, process"
                f" {owner}. Use that one, or stop it first: Ctrl-C in its terminal, or"
                f" `kill {owner}`."
            )
        time.sleep(0.1)
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, str(os.getpid()).encode(), 0)
    return descriptor


@contextmanager
def throw_away() -> Iterator[tuple[Path, int]]:
    """A private folder with a short path, gone at the end, and the descriptor of its lock."""
    parent = Path(tempfile.gettempdir())
    if len(str(parent)) > LONGEST_PARENT or not parent.stat().st_mode & 0o001:
        parent = Path("/tmp")  # noqa: S108 - mkdtemp below makes the private folder in it
    _sweep(parent)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
    descriptor = lock(folder / "owner.lock")
    try:
        yield folder, descriptor
    finally:
        os.close(descriptor)
        shutil.rmtree(folder, ignore_errors=True)


def _sweep(parent: Path) -> None:
    """Remove what owners that were killed could not remove themselves."""
    for left in parent.glob(f"{PREFIX}*/owner.lock"):
        with contextlib.suppress(OSError, InUse, NotOurs):
            if left.stat().st_uid == os.getuid() and time.time() - left.stat().st_mtime > YOUNG:
                os.close(lock(left))
                shutil.rmtree(left.parent, ignore_errors=True)


def _open(path: Path) -> int:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except PermissionError as error:
        raise NotOurs(
            f"This user may not write {path}. Run AutoBlog as the owner of {path.parent}, or let"
            " AUTOBLOG_VAR name a folder of your own for the local data."
        ) from error


def _lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # somebody else's, but alive
    return True
