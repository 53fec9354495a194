"""A second PostgreSQL that follows a first one by streaming replication, as a replica does."""

import subprocess
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

import psycopg

from config.embedded import accounts, binaries, folders, postgres
from tests.chaos.servers import Database


class Standby:
    """Follows `primary` from its start until it is promoted; read-only until then."""

    def __init__(self, primary: Database) -> None:
        self._life = ExitStack()
        run, lock = self._life.enter_context(folders.throw_away())
        _copy(primary, run)
        self.url: str = self._life.enter_context(postgres.serving(run, lock))

    def __enter__(self) -> "Standby":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: object, trace: TracebackType | None
    ) -> None:
        self._life.close()

    def hold(self) -> None:
        """Take no further change over, as a replica that lags."""
        self._ask("SELECT pg_wal_replay_pause()")

    def go_on(self) -> None:
        """Take over what came meanwhile."""
        self._ask("SELECT pg_wal_replay_resume()")

    def promote(self) -> None:
        """Stop following, and take writes."""
        self._ask("SELECT pg_promote()")

    def has(self, primary: Database) -> bool:
        """Whether it has all that was written to the primary."""
        with psycopg.connect(_as_superuser(primary.url), autocommit=True) as connection:
            written = connection.execute("SELECT pg_current_wal_lsn()").fetchone()
        assert written
        return bool(self._ask("SELECT pg_last_wal_replay_lsn() >= %s", *written))

    def _ask(self, sql: str, *values: object) -> object:
        with psycopg.connect(_as_superuser(self.url), autocommit=True) as connection:
            row = connection.execute(sql, values).fetchone()
        return row and row[0]


def _copy(primary: Database, run: Path) -> None:
    account = accounts.choose()
    programs = postgres.reachable_programs(binaries.postgres_folder(), run, account)
    data = run / "data"
    data.mkdir(mode=0o700)
    account.give(data)
    source = _as_superuser(primary.url)
    command = [programs / "pg_basebackup", "--dbname", source, "--pgdata", data]
    subprocess.run(
        [*account.prefix, *command, "--write-recovery-conf", "--checkpoint=fast"],
        check=True,
        capture_output=True,
    )


def _as_superuser(url: str) -> str:
    return url.replace(f"//{postgres.NAME}@/{postgres.NAME}", "//postgres@/postgres")
