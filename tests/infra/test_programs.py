"""The commands of compose.yaml, run as processes on the files of the image: up, healthy, down."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from moto.server import ThreadedMotoServer

from tests.infra import container_files
from tests.infra.test_container_files import DOTENV

pytestmark = pytest.mark.process

PATIENCE = 60  # seconds; the machine may be busy
DATABASE = "test_container_programs"


@pytest.fixture(scope="module")
def database_url() -> Iterator[str]:
    """An empty database on the tests' server: a release must be able to fill it."""
    url = urlsplit(os.environ["DATABASE_URL"])
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {DATABASE}")
        yield urlunsplit(url._replace(path=f"/{DATABASE}"))
        connection.execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files that the image would hold, its static files collected."""
    place = tmp_path_factory.mktemp("image") / "app"
    for file in container_files.image_content():
        (place / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(container_files.ROOT / file, place / file)
    build = " ".join(each.words for each in container_files.dockerfile() if each.stage == "build")
    assert "manage.py collectstatic --noinput" in build
    dummies = dict(
        word.split("=", 1) for word in build.split() if word[:1].isupper() and "=" in word
    )
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity=0"]
    subprocess.run(command, cwd=place, env={**dummies, "PATH": os.environ["PATH"]}, check=True)
    assert "compileall -q /app" in build
    subprocess.run([sys.executable, "-m", "compileall", "-q", place], check=True)
    return place


@pytest.fixture(scope="module")
def store() -> Iterator[str]:
    """A store that speaks S3, in the place of the one beside the application."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="module")
def programs(
    app: Path, database_url: str, store: str, tmp_path_factory: pytest.TempPathFactory
) -> "Programs":
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    services = container_files.compose(**DOTENV)["services"]
    scratch = tmp_path_factory.mktemp("scratch")
    of_image = {
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "HEARTBEAT_DIR": str(scratch / "heartbeats"),
        "TMPDIR": str(scratch),
    }
    redis = urlsplit(os.environ["REDIS_URL"])._replace(path="/15")
    of_this_machine = {
        "PATH": os.environ["PATH"],
        # Tests may run as root, the container does not.
        "PYTHONWARNINGS": "ignore:You're running the worker with superuser",
        "DATABASE_URL": database_url,
        "REDIS_URL": urlunsplit(redis),
        "S3_ENDPOINT_URL": store,
        "WEB_HOST": "127.0.0.1",
        "PORT": str(port),
    }
    env = {**of_image, **services["web"]["environment"], **of_this_machine}
    return Programs(app=app, services=services, env=env, logs=scratch)


class Programs:
    """Starts what compose.yaml would start, and asks what its health checks would ask."""

    def __init__(self, *, app: Path, services: dict, env: dict[str, str], logs: Path) -> None:
        self.app, self.services, self.env, self.logs = app, services, env, logs
        self.base_url = f"http://127.0.0.1:{env['PORT']}"

    def run(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *command[1:]],
            cwd=self.app,
            env=self.env,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    @contextmanager
    def running(self, name: str) -> Iterator[subprocess.Popen[bytes]]:
        log = (self.logs / f"{name}.log").open("wb")
        command = [sys.executable, *self.services[name]["command"][1:]]
        process = subprocess.Popen(
            command, cwd=self.app, env=self.env, stdout=log, stderr=log, start_new_session=True
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            log.close()

    def is_healthy(self, name: str) -> bool:
        kind, *command = self.services[name]["healthcheck"]["test"]
        assert kind == "CMD"
        return self.run(command).returncode == 0

    def log_of(self, name: str) -> str:
        return (self.logs / f"{name}.log").read_text(errors="replace")

    def events_of(self, name: str) -> list[dict[str, Any]]:
        """The lines of the log; all are JSON but the one in which Celery says good-bye."""
        lines = self.log_of(name).splitlines()
        return [json.loads(line) for line in lines if line and not line.startswith("worker: ")]

    def wait_until(self, happened: Callable[[], bool], what: Callable[[], str]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not happened():
            assert time.monotonic() < deadline, what()
            time.sleep(0.2)


def seconds(text: str) -> int:
    return int(text.removesuffix("s"))


@pytest.fixture(scope="module")
def release(programs: Programs) -> subprocess.CompletedProcess[str]:
    bucket = programs.run(programs.services["bucket"]["command"])
    assert bucket.returncode == 0, bucket.stderr
    return programs.run(programs.services["release"]["command"])


def test_a_release_fills_an_empty_database_and_may_be_repeated(
    programs: Programs, release: subprocess.CompletedProcess[str]
) -> None:
    again = programs.run(programs.services["release"]["command"])

    assert release.returncode == 0, release.stdout + release.stderr
    assert "Applying publishing" in release.stdout
    assert "static files went to the bucket" in release.stdout
    assert again.returncode == 0
    assert "No migrations to apply" in again.stdout


@pytest.mark.usefixtures("release")
@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_comes_up_healthy_and_goes_down_in_peace(programs: Programs, name: str) -> None:
    before = _files(programs.app)
    assert not programs.is_healthy(name)

    with programs.running(name) as process:
        programs.wait_until(lambda: _has_begun(programs, name), lambda: programs.log_of(name))
        programs.wait_until(lambda: programs.is_healthy(name), lambda: programs.log_of(name))
        if name == "web":
            _look_at(programs)
        process.send_signal(signal.SIGTERM)
        code = process.wait(timeout=seconds(programs.services[name]["stop_grace_period"]))

    assert code == 0, programs.log_of(name)
    assert _files(programs.app) == before  # so the file system may be read-only
    events = programs.events_of(name)
    assert events
    assert all(event["level"] in ("info", "warning") for event in events), programs.log_of(name)


def _has_begun(programs: Programs, name: str) -> bool:
    """The worker counts as healthy without a sign of life only while its broker is away."""
    return name == "web" or (Path(programs.env["HEARTBEAT_DIR"]) / name).exists()


def _files(folder: Path) -> set[Path]:
    return set(folder.rglob("*"))


def _look_at(programs: Programs) -> None:
    """As a load balancer that asks by address, and as a reader behind a proxy with TLS."""
    with urllib.request.urlopen(f"{programs.base_url}/health/ready") as answer:
        assert json.load(answer)["checks"].keys() == {"database", "cache", "broker"}
    headers = {"Host": "blog.example.com", "X-Forwarded-Proto": "https"}
    page = urllib.request.Request(f"{programs.base_url}/", headers=headers)
    with urllib.request.urlopen(page) as answer:
        html = answer.read().decode()
    assert answer.status == 200
    stylesheet = next(word for word in html.split('"') if ".css" in word)
    asset = urllib.request.Request(f"{programs.base_url}{stylesheet}", headers=headers)
    with urllib.request.urlopen(asset) as answer:
        assert "immutable" in answer.headers["Cache-Control"]
