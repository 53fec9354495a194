"""AutoBlog's real programs, started against the database and the broker of a test."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx2
from django.conf import settings

from config import children, programs

ROOT = Path(__file__).resolve().parent.parent.parent
READY_SECONDS = 60.0


@dataclass
class Parts:
    """The programs that run, and how to end or start one in the middle of a test."""

    base_url: str
    env: dict[str, str]
    folder: Path
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str) -> None:
        """Start `web`, `worker` or `beat`; its output goes to a file of its name."""
        host, port = self.base_url.removeprefix("http://").split(":")
        argv = {
            "web": programs.web(host=host, port=int(port)),
            "worker": programs.worker(),
            "beat": programs.beat(),
        }[name]
        with self.log(name).open("ab") as output:
            self.processes[name] = children.spawn(
                argv, death_signal=signal.SIGKILL, output=output, env=self.env, cwd=ROOT
            )

    def kill(self, name: str) -> None:
        """End a program and all of its processes by SIGKILL."""
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def log(self, name: str) -> Path:
        """Where a program's output is."""
        return self.folder / f"{name}.log"

    def wait_for(self, happened: Callable[[], Any], what: str, seconds: float = 60.0) -> Any:
        """Wait until `happened` answers something; fail with the logs' ends when it does not."""
        deadline = time.monotonic() + seconds
        while not (found := happened()):
            if time.monotonic() > deadline:
                ends = "\n".join(
                    f"--- {log.stem}\n{log.read_text(errors='replace')[-3000:]}"
                    for log in sorted(self.folder.glob("*.log"))
                )
                raise AssertionError(f"{what} did not happen in {seconds:.0f} s.\n{ends}")
            time.sleep(0.1)
        return found


@contextmanager
def running(folder: Path, *names: str, **variables: str) -> Iterator[Parts]:
    """Start the named programs with the test's database and broker, and end them."""
    base_url = f"http://127.0.0.1:{_free_port()}"
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "DATABASE_URL": _test_database_url(),
        "SITE_URL": base_url,
        "SWEEP_INTERVAL_SECONDS": "1",
        "STEP_LEASE_SECONDS": "4",
        "MEDIA_ROOT": str(folder / "media"),
        **variables,
    }
    parts = Parts(base_url, env, folder)
    try:
        for name in names:
            parts.start(name)
        if "web" in names:
            parts.wait_for(lambda: _answers(base_url), "The web server's readiness", READY_SECONDS)
        yield parts
    finally:
        for process in parts.processes.values():
            children.stop(process, grace=15)


def _answers(base_url: str) -> bool:
    try:
        return httpx2.get(f"{base_url}/health/ready", timeout=5, trust_env=False).status_code == 200
    except httpx2.TransportError:
        return False


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _test_database_url() -> str:
    """The URL of the environment, with the name of the database that pytest-django made."""
    url = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(url._replace(path=f"/{settings.DATABASES['default']['NAME']}"))
