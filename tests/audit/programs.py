"""Judges from elsewhere (Node, Java, Chromium): found, or missed in words."""

import shutil
import subprocess
from pathlib import Path

from tests.load import stage

NEEDS = {"node": "Node.js 18.16 or newer", "npm": "npm", "java": "Java 17 or newer"}
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


class ProgramMissing(Exception):
    """A check could not run; the message says what it needs."""


def need(*names: str) -> None:
    """Raises ProgramMissing for the first that this machine does not have."""
    for name in names:
        if not shutil.which(name):
            raise ProgramMissing(f"{NEEDS[name]} is not installed")


def chromium() -> str:
    """Return where Chromium is. Raises ProgramMissing."""
    if CHROMIUM is None:
        raise ProgramMissing("Chromium is not installed")
    return CHROMIUM


def installed(folder: Path) -> Path:
    """Return the folder of npm's packages, after the pinned ones are in it.

    Raises ProgramMissing when npm can not be had or can not install them.
    """
    need("npm")
    wanted = Path(__file__).with_name("package.json").read_text()
    place = folder / "npm"
    place.mkdir(parents=True, exist_ok=True)
    note = place / "installed.json"
    if not note.exists() or note.read_text() != wanted:
        stage.say("Installing Lighthouse and the HTML checker; this is needed once ...")
        (place / "package.json").write_text(wanted)
        words = ["--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(["npm", "install", *words], cwd=place, stdout=subprocess.DEVNULL)
        if done.returncode:
            raise ProgramMissing("npm could not install Lighthouse and the HTML checker")
        note.write_text(wanted)
    return place / "node_modules"
