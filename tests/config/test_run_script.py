"""`./run`: set-up that is done once, and everything on one machine with one command."""

import contextlib
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from config import running
from tests.config.test_supervisor import lives, wait_until_gone

ROOT = Path(__file__).resolve().parent.parent.parent
pytestmark = pytest.mark.process

# Plays Python: makes an environment of copies of itself, and notes what it is asked to do.
FAKE_PYTHON = """#!/bin/sh
echo "${PYTHONDONTWRITEBYTECODE:+forgetful }$*" >> "$LOG"
case "$*" in
    *"-m venv"*)
        [ -z "${NO_VENV:-}" ] || exit 1
        for last; do :; done
        mkdir -p "$last/bin"
        cp "$0" "$last/bin/python" ;;
    *"-m uv --version") [ -n "${HAS_UV:-}" ] ;;
    *"-m uv pip sync"*) [ -z "${UV_FAILS:-}" ] ;;
    *"-m pip"*) [ -z "${PIP_FAILS:-}" ] ;;
esac
"""


class Checkout:
    """A copy of the script and the locks, where a fake Python notes every call."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "calls.log"
        shutil.copy(ROOT / "run", folder)
        shutil.copytree(ROOT / "requirements", folder / "requirements")
        self.python = folder / "fake-python"
        self.python.write_text(FAKE_PYTHON)
        self.python.chmod(0o755)

    def run(
        self, *words: str, prefix: tuple[str, ...] = (), **env: str
    ) -> subprocess.CompletedProcess[str]:
        self.log.unlink(missing_ok=True)
        return subprocess.run(
            [*prefix, str(self.folder / "run"), *words],
            env={"PATH": os.environ["PATH"], "PYTHON": str(self.python), "LOG": str(self.log)}
            | env,
            cwd="/",
            capture_output=True,
            text=True,
        )

    @property
    def calls(self) -> str:
        return self.log.read_text() if self.log.exists() else ""


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


class TestSetUp:
    def test_makes_the_environment_and_installs_the_lock_with_uv(self, checkout: Checkout) -> None:
        answer = checkout.run("--port", "9000")
        assert answer.returncode == 0, answer.stderr
        assert f"-m venv --clear {checkout.folder}/.venv" in checkout.calls
        assert "--require-hashes -r" in checkout.calls
        assert "uv pip sync" in checkout.calls
        assert f"{checkout.folder}/requirements/local.txt" in checkout.calls
        assert checkout.calls.endswith(f"{checkout.folder}/manage.py dev --port 9000\n")

    def test_is_done_once_and_needs_no_network_afterwards(self, checkout: Checkout) -> None:
        checkout.run()
        checkout.run()
        assert "pip" not in checkout.calls
        assert "venv --clear" not in checkout.calls

    def test_is_done_again_when_the_lock_changes(self, checkout: Checkout) -> None:
        checkout.run()
        with (checkout.folder / "requirements" / "local.txt").open("a") as lock:
            lock.write("one-more==1.0\n")
        checkout.run()
        assert "uv pip sync" in checkout.calls
        assert "venv --clear" not in checkout.calls

    def test_of_the_tests_brings_their_packages_and_keeps_them(self, checkout: Checkout) -> None:
        checkout.run("test", "-k", "word")
        assert "requirements/dev.txt" in checkout.calls
        assert checkout.calls.endswith("-m pytest -k word\n")
        checkout.run()
        assert "pip" not in checkout.calls

    def test_keeps_compiled_code_whatever_the_image_says(self, checkout: Checkout) -> None:
        checkout.run(PYTHONDONTWRITEBYTECODE="1")
        assert checkout.calls
        assert "forgetful" not in checkout.calls

    def test_falls_back_to_pip_with_the_same_hashes(self, checkout: Checkout) -> None:
        answer = checkout.run(UV_FAILS="1")
        assert answer.returncode == 0
        lock = f"{checkout.folder}/requirements/local.txt"
        assert f"install -qq --require-hashes -r {lock}" in checkout.calls

    def test_that_failed_says_why_and_is_tried_again(self, checkout: Checkout) -> None:
        answer = checkout.run(UV_FAILS="1", PIP_FAILS="1")
        assert answer.returncode == 1
        assert "needs the network" in answer.stderr
        assert "manage.py" not in checkout.calls
        checkout.run()
        assert "uv pip sync" in checkout.calls

    def test_without_venv_names_the_package_to_install(self, checkout: Checkout) -> None:
        answer = checkout.run(NO_VENV="1")
        assert answer.returncode == 1
        assert "apt install python3-venv" in answer.stderr

    def test_without_python_says_which_is_needed(self, checkout: Checkout, tmp_path: Path) -> None:
        tools = tmp_path / "tools"
        tools.mkdir()
        for name in ("sh", "cat", "cksum", "dirname", "id"):
            found = shutil.which(name)
            assert found is not None
            (tools / name).symlink_to(found)
        answer = checkout.run(PATH=str(tools), PYTHON="python-that-is-not-there")
        assert answer.returncode == 1
        assert "Python 3.11 or newer" in answer.stderr

    @pytest.mark.skipif(os.getuid() != 0, reason="only root can be somebody else")
    @pytest.mark.parametrize("has_environment", [False, True])
    def test_in_a_folder_of_somebody_else_says_what_to_do(self, has_environment: bool) -> None:
        # Not in pytest's own folder, which nobody else may enter.
        folder = Path("/tmp") / f"autoblog-run-{os.getpid()}-{has_environment}"
        folder.mkdir()
        try:
            checkout = Checkout(folder)
            if has_environment:
                (folder / ".venv").mkdir()
            checkout.python.chmod(0o755)
            nobody = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
            answer = checkout.run(prefix=nobody)
        finally:
            shutil.rmtree(folder)
        assert answer.returncode == 1
        assert "git clone" in answer.stderr


class TestWords:
    @pytest.mark.parametrize("word", ["help", "--help", "-h"])
    def test_help_sets_nothing_up(self, checkout: Checkout, word: str) -> None:
        answer = checkout.run(word)
        assert "./run test" in answer.stdout
        assert checkout.calls == ""

    def test_a_benchmark_without_a_name_says_which_there_are(self, checkout: Checkout) -> None:
        answer = checkout.run("bench")
        assert answer.returncode == 1
        assert "bench pages" in answer.stderr

    def test_an_unknown_one_is_refused(self, checkout: Checkout) -> None:
        answer = checkout.run("lunch")
        assert answer.returncode == 2
        assert 'no command "lunch"' in answer.stderr

    @pytest.mark.parametrize(
        ("words", "call"),
        [
            (("journey", "--x"), "manage.py dev --port 0 --then journey --x"),
            (("--reset",), "manage.py dev --reset"),
            (("dev", "--port", "1"), "manage.py dev --port 1"),
            (("manage", "shell", "-c", "1"), "manage.py shell -c 1"),
            (("bench", "pages"), "-m tests.load.pages"),
            (("bench", "growth", "5000"), "-m tests.load.growth 5000"),
            (("bench", "import"), "-m tests.load.importing"),
            (("chaos", "--short"), "-m tests.chaos --short"),
        ],
    )
    def test_lead_to_their_command(
        self, checkout: Checkout, words: tuple[str, ...], call: str
    ) -> None:
        checkout.run(*words)
        assert checkout.calls.splitlines()[-1].endswith(call)

    def test_checks_go_on_after_a_failure_and_name_it(self, checkout: Checkout) -> None:
        checkout.run("check")
        for name in ("ruff", "mypy", "lint-imports"):
            program = checkout.folder / ".venv" / "bin" / name
            program.write_text(f'#!/bin/sh\necho "{name} $*" >> "$LOG"\n[ {name} != mypy ]\n')
            program.chmod(0o755)
        answer = checkout.run("check")
        assert answer.returncode == 1
        assert answer.stderr.split() == ["These", "checks", "failed:", "mypy"]
        assert "lint-imports" in checkout.calls
        assert "makemigrations --check" in checkout.calls


class Dev:
    """`manage.py dev` as a process of its own, and what it says."""

    def __init__(self, var: Path, *words: str) -> None:
        self.env = {
            name: value
            for name, value in os.environ.items()
            if name not in ("DATABASE_URL", "REDIS_URL", "SITE_URL", "PYTEST_CURRENT_TEST")
        } | {"AUTOBLOG_VAR": str(var), "DJANGO_SETTINGS_MODULE": "config.settings.development"}
        self.said = ""
        self.note = var / "dev.json"
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "dev", "--port", "0", *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=ROOT,
            env=self.env,
        )

    def await_links(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said += line
            if "/api/docs/" in line:
                return dict(json.loads(self.note.read_text()))
        pytest.fail(f"It ended before the site answered:\n{self.said}")

    def end(self, seconds: float = 40) -> int:
        said, _ = self.process.communicate(timeout=seconds)
        self.said += said
        return self.process.returncode

    def other(self, *argv: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(argv, env=self.env, cwd=ROOT, capture_output=True, text=True)

    def descendants(self) -> list[int]:
        pids = [self.process.pid]
        for pid in pids:
            # PostgreSQL has children that live for a moment.
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                pids += map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
        return pids[1:]


@pytest.fixture(scope="class")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("var")


@pytest.fixture(scope="class")
def dev(var: Path) -> Iterator[Dev]:
    dev = Dev(var)
    try:
        dev.await_links()
        yield dev
    finally:
        dev.process.kill()
        dev.process.communicate()


def get(base_url: str, path: str) -> int:
    connection = http.client.HTTPConnection(base_url.removeprefix("http://"), timeout=10)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


class TestDev:
    """In this order: the last two end what runs, and start it again on the same data."""

    def test_prints_the_links_and_each_leads_somewhere(self, dev: Dev) -> None:
        base_url = json.loads(dev.note.read_text())["base_url"]
        for path in ("/", "/admin/", "/api/docs/"):
            assert f"{base_url}{path}\n" in dev.said
        assert get(base_url, "/") == 200
        assert get(base_url, "/admin/login/") == 200
        assert get(base_url, "/api/docs/") == 200

    def test_leaves_a_note_that_only_its_owner_reads(self, dev: Dev) -> None:
        note = json.loads(dev.note.read_text())
        assert dev.note.stat().st_mode & 0o777 == 0o600
        assert note["pid"] == dev.process.pid
        assert set(note["pids"]) == {"web", "worker", "beat"}
        assert set(note["urls"]) == {"DATABASE_URL", "REDIS_URL"}

    def test_other_commands_join_what_runs(self, dev: Dev) -> None:
        show = "import os; print(os.environ['DATABASE_URL'], os.environ['SITE_URL'])"
        answer = dev.other(sys.executable, "-m", "config.embedded", sys.executable, "-c", show)
        note = json.loads(dev.note.read_text())
        assert answer.stdout.split() == [note["urls"]["DATABASE_URL"], note["base_url"]]

    def test_a_second_one_is_refused_with_the_address_of_the_first(self, dev: Dev) -> None:
        answer = dev.other(sys.executable, "manage.py", "dev")
        assert answer.returncode == 1
        base_url = json.loads(dev.note.read_text())["base_url"]
        assert f"already running at {base_url}/" in answer.stderr
        assert f"kill {dev.process.pid}" in answer.stderr

    def test_sigterm_ends_everything(self, dev: Dev) -> None:
        pids = dev.descendants()
        assert len(pids) >= 7, "two servers, worker, beat, and web with its two workers"
        dev.process.terminate()
        assert dev.end() == 0, dev.said
        assert not any(map(lives, pids))
        assert not dev.note.exists()
        assert dev.said.rstrip().endswith("Stopped.")

    def test_a_dead_worker_ends_a_second_start_on_the_same_data(self, dev: Dev, var: Path) -> None:
        again = Dev(var)
        note = again.await_links()
        pids = again.descendants()
        os.kill(note["pids"]["worker"], signal.SIGKILL)
        assert again.end() == 1
        assert "The program `worker` was ended by SIGKILL" in again.said
        assert "start again" in again.said
        wait_until_gone(pids)
        # The accounts of the first start are still there: nothing was seeded twice.
        first, second = (said.partition("/api/docs/")[2] for said in (dev.said, again.said))
        assert [line for line in first.splitlines() if "editor" in line][:1] == [
            line for line in second.splitlines() if "editor" in line
        ][:1]


class TestRefusals:
    def test_a_taken_port_is_refused_with_the_way_out(self, tmp_path: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            dev = Dev(tmp_path, "--port", str(port))
            assert dev.end() == 1
        assert f"port {port}" in dev.said
        assert f"./run --port {port + 1}" in dev.said
        assert not (tmp_path / "postgres").exists()

    def test_a_reset_spares_a_database_that_is_not_ours(self, tmp_path: Path) -> None:
        mine = tmp_path / "postgres"
        mine.mkdir()
        dev = Dev(tmp_path, "--help")
        dev.end()
        answer = subprocess.run(
            [sys.executable, "manage.py", "dev", "--reset"],
            env=dev.env | {"DATABASE_URL": "postgres://elsewhere/blog"},
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
        assert answer.returncode == 1
        assert "Unset the variable" in answer.stderr
        assert mine.exists()


def test_a_note_of_a_dead_process_misleads_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUTOBLOG_VAR", str(tmp_path))
    parts = running.Parts(os.getpid(), "http://127.0.0.1:1", {}, {})
    with running.noted(parts):
        assert running.find() == parts
        left = (tmp_path / "dev.json").read_text()
    assert running.find() is None
    (tmp_path / "dev.json").write_text(left)
    assert running.find() is None
