"""What a container asks itself: does this web server, worker or beat still do its work?"""

import os
from http.client import HTTPConnection
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from kombu import Connection
from kombu.exceptions import OperationalError

from config import heartbeat

PORT = int(os.environ.get("PORT", "8000"))


class Command(BaseCommand):
    """`manage.py healthcheck worker`."""

    help = "Exit with 0 when the part that runs beside us is healthy, with 1 and the reason if not."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare which part, and for the web server how much to ask."""
        parser.add_argument("part", choices=["web", "worker", "beat"])
        parser.add_argument("--port", type=int, default=PORT, help="of the web server")
        parser.add_argument(
            "--live",
            action="store_true",
            help="web: ask only whether it answers, not for its database and Redis. For whoever"
            " replaces what is unhealthy: a new web server does not bring a database back.",
        )

    def handle(self, *_: Any, part: str, port: int, live: bool, **__: Any) -> None:
        """Say that all is well, or raise CommandError."""
        if part == "web":
            _ask_web(port, "/health/live" if live else "/health/ready")
        elif part == "worker":
            _ask_worker()
        else:
            _expect_sign_of("beat")
        self.stdout.write("healthy")


def _ask_web(port: int, path: str) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read(2000).decode(errors="replace")
    except OSError as error:
        raise CommandError(f"Nothing answers at port {port}: {error}") from error
    if answer.status != 200:
        raise CommandError(f"{path} answered {answer.status}: {body}")


def _ask_worker() -> None:
    """A worker that lost the broker has no messages to fetch, but still sweeps: leave it alone."""
    if heartbeat.age("worker") > heartbeat.STALE_AFTER and _broker_answers():
        _expect_sign_of("worker")


def _expect_sign_of(part: str) -> None:
    if heartbeat.folder() is None:
        raise CommandError("HEARTBEAT_DIR is not set, so there are no signs of life to look at.")
    age = heartbeat.age(part)
    if age > heartbeat.STALE_AFTER:
        raise CommandError(f"The {part} gave its last sign of life {age:.0f} seconds ago.")


def _broker_answers() -> bool:
    options = {"socket_connect_timeout": 2, "socket_timeout": 2}
    with Connection(settings.CELERY_BROKER_URL, transport_options=options) as connection:
        try:
            connection.ensure_connection(max_retries=1, timeout=3)
        except OperationalError:
            return False
    return True
