"""A server that ended is noticed, and named."""

import socket
from pathlib import Path

import pytest

from config.embedded import watching


def test_a_valkey_that_ended_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"redis://:secret@127.0.0.1:{server.getsockname()[1]}/0"
        assert watching.Watch({"REDIS_URL": url}, patience=0)() is False

    with pytest.raises(watching.ServiceDied, match=r"^Valkey has ended"):
        watching.Watch({"REDIS_URL": url}, patience=0)()


def test_a_postgresql_that_ended_is_named(tmp_path: Path) -> None:
    url = f"postgres://autoblog@/autoblog?host={tmp_path}"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(f"{tmp_path}/.s.PGSQL.5432")
        server.listen()
        assert watching.Watch({"DATABASE_URL": url}, patience=0)() is False

    with pytest.raises(watching.ServiceDied, match=r"^PostgreSQL has ended"):
        watching.Watch({"DATABASE_URL": url}, patience=0)()


def test_a_server_that_restarts_itself_is_given_time() -> None:
    watch = watching.Watch({"REDIS_URL": "redis://127.0.0.1:1/0"}, patience=60)

    assert watch() is False
