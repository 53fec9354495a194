"""A note about the parts that run on this machine, in `var/dev.json`, for commands that join them.

The note is believed only while its writer holds a lock on it, so that a note left by a killed
process misleads nobody.
"""

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Parts:
    """The supervisor's process id, the site, and the process id of each program."""

    pid: int
    base_url: str
    pids: dict[str, int]
    urls: dict[str, str]
    """DATABASE_URL and REDIS_URL."""


def var_folder() -> Path:
    """Where this machine's data is kept: `var/` in the checkout, or AUTOBLOG_VAR."""
    return Path(os.environ.get("AUTOBLOG_VAR") or ROOT / "var")


@contextmanager
def noted(parts: Parts) -> Iterator[None]:
    """Leave the note, readable by its owner only, until the end of the block."""
    place = var_folder() / "dev.json"
    written = place.with_suffix(f".{os.getpid()}")
    descriptor = os.open(written, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        os.write(descriptor, json.dumps(asdict(parts), indent=2).encode())
        written.rename(place)
        yield
    finally:
        place.unlink(missing_ok=True)
        os.close(descriptor)


def find() -> Parts | None:
    """The running parts, or None when none are running here."""
    unseen = contextlib.suppress(FileNotFoundError, PermissionError)
    with unseen, (var_folder() / "dev.json").open() as note:
        try:
            fcntl.flock(note, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return Parts(**json.load(note))
    return None
