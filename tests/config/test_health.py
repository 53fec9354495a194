"""`/health`: live says that we answer, ready says whether what we need answers too."""

import copy
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing

import pytest
from django.db import connections
from django.test import Client

from config import health


@pytest.fixture
def closed_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def silent_port() -> Iterator[int]:
    """Takes connections and never says a word, as a frozen server does."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        yield server.getsockname()[1]


def use_redis(settings, url: str) -> None:
    caches = copy.deepcopy(settings.CACHES)
    caches["default"]["LOCATION"] = url
    settings.CACHES = caches
    settings.CELERY_BROKER_URL = url


def test_ready_reports_the_database_the_cache_and_the_broker(db: None) -> None:
    answer = Client().get("/health/ready")

    assert answer.status_code == 200
    body = answer.json()
    assert body["status"] == "ok"
    assert {name: check["status"] for name, check in body["checks"].items()} == {
        "database": "ok",
        "cache": "ok",
        "broker": "ok",
    }
    assert all(0 <= check["ms"] < 2000 for check in body["checks"].values())
    assert answer["Cache-Control"] == "no-store"


def test_the_short_address_and_a_final_slash_mean_ready(db: None) -> None:
    assert Client().get("/health").json()["checks"].keys() == {"database", "cache", "broker"}
    assert Client().get("/health/ready/").status_code == 200


def test_live_asks_nobody(settings, closed_port: int) -> None:
    use_redis(settings, f"redis://127.0.0.1:{closed_port}/0")

    answer = Client().get("/health/live")  # without the db fixture a query would be an error

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_without_redis_readers_are_served_and_no_secret_is_named(
    db: None, settings, closed_port: int
) -> None:
    use_redis(settings, f"redis://:topsecret@127.0.0.1:{closed_port}/0")

    answer = Client().get("/health/ready")

    assert answer.status_code == 200
    body = answer.json()
    assert body["status"] == "degraded"
    assert body["checks"]["database"]["status"] == "ok"
    assert body["checks"]["cache"]["status"] == body["checks"]["broker"]["status"] == "failed"
    assert "topsecret" not in json.dumps(body)
    assert str(closed_port) not in json.dumps(body)


def test_ready_fails_without_the_database(settings, monkeypatch, closed_port: int) -> None:
    elsewhere = {"HOST": "127.0.0.1", "PORT": closed_port, "PASSWORD": "topsecret"}
    monkeypatch.setitem(
        connections.settings, "default", {**connections.settings["default"], **elsewhere}
    )

    answer = Client().get("/health/ready")

    assert answer.status_code == 503
    assert answer.json()["checks"]["database"]["error"] == "OperationalError"
    assert b"topsecret" not in answer.content


def test_a_silent_server_costs_two_seconds_at_most(settings, monkeypatch, silent_port: int) -> None:
    use_redis(settings, f"redis://127.0.0.1:{silent_port}/0")
    elsewhere = {"HOST": "127.0.0.1", "PORT": silent_port}
    monkeypatch.setitem(
        connections.settings, "default", {**connections.settings["default"], **elsewhere}
    )
    start = time.monotonic()

    answer = Client().get("/health/ready")

    assert answer.status_code == 503
    assert {check["status"] for check in answer.json()["checks"].values()} == {"failed"}
    assert time.monotonic() - start < 3.5


def test_health_ignores_the_host_and_the_redirect_to_https(db: None, settings) -> None:
    settings.ALLOWED_HOSTS = ["blog.example.com"]
    settings.SECURE_SSL_REDIRECT = True

    answer = Client().get("/health/ready", headers={"host": "10.0.0.7:8000"})

    assert answer.status_code == 200


def test_a_crowd_of_questions_costs_one_round_of_checks(monkeypatch) -> None:
    asked: list[None] = []
    monkeypatch.setattr(health, "_checks", lambda: {"database": lambda: asked.append(None)})
    readiness = health.Readiness()
    crowd = [threading.Thread(target=readiness.report) for _ in range(20)]

    for one in crowd:
        one.start()
    for one in crowd:
        one.join()

    assert len(asked) == 1


def test_only_questions_are_answered() -> None:
    assert Client().post("/health/live").status_code == 405
    assert Client().head("/health/live").status_code == 200
