"""`manage.py healthcheck`: what a container says about the part that runs in it."""

import os
import socket
import time
from contextlib import closing
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from config import health


@pytest.fixture
def signs(tmp_path: Path, monkeypatch) -> Path:
    monkeypatch.setenv("HEARTBEAT_DIR", str(tmp_path))
    return tmp_path


@pytest.fixture
def closed_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def leave_sign(folder: Path, name: str, *, age: float) -> None:
    (folder / name).touch()
    then = time.time() - age
    os.utime(folder / name, (then, then))


@pytest.mark.parametrize("part", ["worker", "beat"])
def test_a_fresh_sign_of_life_is_enough(signs: Path, part: str, capsys) -> None:
    leave_sign(signs, part, age=10)

    call_command("healthcheck", part)

    assert capsys.readouterr().out == "healthy\n"


@pytest.mark.parametrize("part", ["worker", "beat"])
def test_an_old_sign_of_life_is_not(signs: Path, part: str) -> None:
    leave_sign(signs, part, age=90)

    with pytest.raises(CommandError, match=f"The {part} gave its last sign of life 9\\d seconds"):
        call_command("healthcheck", part)


def test_a_worker_whose_broker_is_away_is_left_alone(
    signs: Path, settings, closed_port: int
) -> None:
    settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{closed_port}/0"
    leave_sign(signs, "worker", age=90)
    start = time.monotonic()

    call_command("healthcheck", "worker")

    assert time.monotonic() - start < 8  # less than the health check's time-out


def test_says_what_is_missing(monkeypatch) -> None:
    monkeypatch.delenv("HEARTBEAT_DIR", raising=False)

    with pytest.raises(CommandError, match="HEARTBEAT_DIR is not set"):
        call_command("healthcheck", "beat")


def test_says_that_no_web_server_answers(closed_port: int) -> None:
    with pytest.raises(CommandError, match=f"Nothing answers at port {closed_port}"):
        call_command("healthcheck", "web", port=closed_port)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
class TestWeb:
    def port(self, live_server) -> int:
        return int(live_server.url.rpartition(":")[2])

    def test_passes_while_all_is_well(self, live_server) -> None:
        call_command("healthcheck", "web", port=self.port(live_server))

    def test_fails_with_the_report_unless_only_life_is_asked_for(
        self, live_server, monkeypatch, closed_port: int
    ) -> None:
        monkeypatch.setattr(health, "FRESH", 0.0)
        elsewhere = {"HOST": "127.0.0.1", "PORT": closed_port}
        monkeypatch.setitem(
            connections.settings, "default", {**connections.settings["default"], **elsewhere}
        )
        port = self.port(live_server)

        call_command("healthcheck", "web", "--live", port=port)
        with pytest.raises(CommandError, match=r'503.*"database": {"status": "failed"'):
            call_command("healthcheck", "web", port=port)
