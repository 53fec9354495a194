"""Becomes one of AutoBlog's programs: what the command line of a container says.

`python -m config.start web` (or worker, beat, release). The process is replaced, not wrapped, so
that the program itself receives the container's signals.
"""

import os
import sys

import environ

from config import programs

# A container is reached from outside of it, or not at all.
ADDRESS = os.environ.get("WEB_HOST", "0.0.0.0")  # noqa: S104
PORT = int(os.environ.get("PORT", "8000"))
COMMANDS = {
    "web": programs.web(host=ADDRESS, port=PORT),
    "worker": programs.worker(),
    "beat": programs.beat(),
    "release": programs.manage("release"),
}

if __name__ == "__main__":
    part = sys.argv[1] if len(sys.argv) == 2 else ""
    if part not in COMMANDS:
        sys.exit(f"Say which part to start: {', '.join(COMMANDS)}.")
    if part != "web" and environ.Env().bool("READ_ONLY", default=False):
        sys.exit(f"READ_ONLY is set: of this site only web may run, not {part}.")
    os.execv(sys.executable, COMMANDS[part])  # noqa: S606
