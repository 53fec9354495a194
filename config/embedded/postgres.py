"""A private PostgreSQL: reached through a socket in a folder that only its owner can enter."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg

from config import children
from config.embedded import accounts, binaries, folders
from config.embedded.accounts import Account
from config.embedded.refusal import ServiceRefused

NAME = "autoblog"  # of the database and of the role that owns it
START_LIMIT = 60.0  # seconds, for a slow machine that recovers from a crash
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "log_min_messages": "warning",
    "autovacuum_naptime": "20s",
}
# Nobody will ask for throw-away data after a crash.
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class OtherVersion(ServiceRefused):
    """The data was written by another major version of PostgreSQL."""


class DidNotStart(ServiceRefused):
    """PostgreSQL ended, or stayed silent, while starting."""


@contextmanager
def serving(run: Path, run_lock: int, *, data: Path | None = None) -> Iterator[str]:
    """Serve `data` (made when missing), or throw-away data inside `run`; yields the database URL.

    `run` is a private folder that lives as long as the server. Raises ServiceRefused.
    """
    account = accounts.choose()
    programs = reachable_programs(binaries.postgres_folder(), run, account)
    with contextlib.ExitStack() as stack:
        locks = [run_lock]
        if data is not None:
            locks.append(folders.lock(data.with_suffix(".lock"), patience=15))
            stack.callback(os.close, locks[-1])
        cluster = _cluster(data or run / "data", programs, account)
        sockets = run / "socket"
        sockets.mkdir(mode=0o700)
        account.give(sockets)
        settings = SETTINGS | (CARELESS if data is None else {})
        words = [f"--{name}={value}" for name, value in settings.items()]
        with (run / "postgres.log").open("wb") as log:
            server = children.spawn(
                [*account.prefix, programs / "postgres", "-D", cluster, "-k", sockets, *words],
                # Fast shutdown. SIGTERM would wait for clients that may never leave.
                death_signal=signal.SIGINT,
                output=log,
                keep_open=locks,
            )
        stack.callback(children.stop, server, first=signal.SIGINT)
        _await(server, sockets, run / "postgres.log")
        yield f"postgres://{NAME}@/{NAME}?host={quote(str(sockets))}"


def remove(data: Path) -> None:
    """Delete the data of a server that does not run. Raises folders.InUse when one does."""
    if not data.exists():
        return
    lock = folders.lock(data.with_suffix(".lock"), patience=15)
    if data.is_symlink():
        shutil.rmtree(data.resolve().parent)
        data.unlink()
    else:
        shutil.rmtree(data)
    os.close(lock)


def reachable_programs(found: Path, run: Path, account: Account) -> Path:
    """The folder of programs, copied to where the account can read it when it cannot read ours."""
    if account.is_other:
        run.chmod(0o711)
    if account.reaches(found):
        return found
    package = found.parent.parent
    # The programs look for their libraries beside the package, at a path relative to themselves.
    libraries = package.with_name(f"{package.name}.libs")
    copy = run / package.name
    shutil.copytree(found.parent, copy / found.parent.name, symlinks=True)
    if libraries.is_dir():
        shutil.copytree(libraries, run / libraries.name)
    copy.chmod(0o755)
    return copy / found.parent.name / found.name


def _cluster(wanted: Path, programs: Path, account: Account) -> Path:
    """The data folder: made when missing, and refused when another major version wrote it."""
    if wanted.is_symlink() and not wanted.exists():
        wanted.unlink()  # the system emptied its temporary area
    if not wanted.exists():
        _initialise(wanted, programs, account)
    account.give(wanted.resolve())
    written = (wanted / "PG_VERSION").read_text().strip()
    if written != (found := binaries.major_version(programs)):
        raise OtherVersion(
            f"{wanted} was written by PostgreSQL {written}, but version {found} was found here. Set"
            f" PG_BIN to a folder with the programs of version {written}, or start afresh with"
            " `./run --reset`, which deletes the local data."
        )
    _forget_dead_server(wanted)
    return wanted.resolve()


def _initialise(wanted: Path, programs: Path, account: Account) -> None:
    """Make the cluster beside its place and move it there: it exists whole or not at all."""
    if account.reaches(wanted.parent):
        home, made = wanted.parent, wanted.with_name(f"{wanted.name}.new")
    else:
        home = Path(tempfile.mkdtemp(prefix="autoblog-data-", dir="/var/tmp"))
        made = home / "postgres"
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir(mode=0o700)
    account.give(made)
    home.chmod(home.stat().st_mode | 0o011) if account.is_other else None
    answer = subprocess.run(
        [
            *account.prefix,
            programs / "initdb",
            "--username=postgres",
            # Whoever can enter the socket's folder is the owner: no password to keep or to lose.
            "--auth=trust",
            "--encoding=UTF8",
            f"--locale={'C.UTF-8' if sys.platform == 'linux' else 'en_US.UTF-8'}",
            "--no-sync",
            f"--pgdata={made}",
        ],
        capture_output=True,
        text=True,
        start_new_session=True,
    )
    if answer.returncode:
        raise DidNotStart(
            f"PostgreSQL could not make its data folder {wanted}:\n{answer.stderr.strip()}"
        )
    if home == wanted.parent:
        made.rename(wanted)
    else:
        wanted.symlink_to(made)


def _forget_dead_server(cluster: Path) -> None:
    """Remove the note of a server that was killed; its process id may be somebody else's by now.

    Our lock says that no AutoBlog serves this data; the socket tells whether anybody else does.
    """
    note = cluster / "postmaster.pid"
    if not note.exists():
        return
    lines = note.read_text().splitlines()
    with contextlib.suppress(IndexError, OSError), socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(2)
        probe.connect(f"{lines[4]}/.s.PGSQL.{lines[3]}")
        raise folders.InUse(
            f"A PostgreSQL server that AutoBlog did not start (process {lines[0]}) serves"
            f" {cluster}. Stop it with `kill -INT {lines[0]}` and start again."
        )
    note.unlink()


def _await(server: subprocess.Popen[bytes], sockets: Path, log: Path) -> None:
    """Wait until the server answers, and make our role and database in it when they are new."""
    deadline = time.monotonic() + START_LIMIT
    while True:
        try:
            with psycopg.connect(
                host=str(sockets), user="postgres", dbname="postgres", autocommit=True
            ) as connection:
                _ensure_database(connection)
                return
        except psycopg.OperationalError as error:
            if server.poll() is not None or time.monotonic() > deadline:
                last = "\n".join(log.read_text(errors="replace").splitlines()[-8:])
                raise DidNotStart(f"PostgreSQL did not start: {error}\n{last}") from error
        time.sleep(0.03)


def _ensure_database(connection: psycopg.Connection[tuple[int]]) -> None:
    """An ordinary role, as on a managed server: it may create databases, and no extensions."""
    if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [NAME]).fetchone():
        connection.execute(f"CREATE ROLE {NAME} LOGIN CREATEDB")
    if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
        connection.execute(f"CREATE DATABASE {NAME} OWNER {NAME}")
