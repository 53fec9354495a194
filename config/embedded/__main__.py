"""Run one command with the services: those of the AutoBlog that runs here, or private ones."""

import os
import signal
import subprocess
import sys

from config import running
from config.embedded import ServiceRefused, missing_services


def main(command: list[str]) -> int:
    """Run `command` with DATABASE_URL and REDIS_URL set; returns its exit code."""
    if not command:
        sys.stderr.write("Say which command to run: python -m config.embedded COMMAND...\n")
        return 2
    if parts := running.find():
        os.execvpe(command[0], command, {"SITE_URL": parts.base_url, **parts.urls, **os.environ})  # noqa: S606
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        with missing_services(data=running.var_folder() / "postgres") as urls:
            # Ctrl-C is the command's own business: it shares our terminal, we outlast it.
            signal.signal(signal.SIGINT, lambda *_: None)
            return subprocess.run(command, env=os.environ | urls).returncode
    except ServiceRefused as refused:
        sys.stderr.write(f"{refused}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
