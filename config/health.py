"""Whether this process lives, and whether it can serve readers: asked by load balancers.

Answered before anything else of the application, so that neither the host name of the question, nor
a redirect to HTTPS, nor a session, nor a database that hangs can get in the way of the answer.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import redis
from django.conf import settings
from django.db import connections
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse

from blog import replica

LIMIT = 2  # seconds that each check may take
FRESH = 1.0  # seconds for which an answer serves all who ask: questions are free, connections not
PATHS = {"/health", "/health/live", "/health/ready"}

Report = dict[str, dict[str, Any]]


class HealthMiddleware:
    """Answers `/health/live` and `/health/ready` (also as `/health`); must stand first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response
        self._readiness = Readiness()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a question about health, pass on everything else."""
        path = request.path_info.rstrip("/")
        if path not in PATHS:
            return self._get_response(request)
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        return _answer({} if path == "/health/live" else self._readiness.report())


class Readiness:
    """Asks everything at once; a crowd of questions costs one round of checks a second."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked_at = float("-inf")
        self._latest: Report = {}

    def report(self) -> Report:
        """What each dependency answered, at most a second ago."""
        with self._lock:
            if time.monotonic() - self._asked_at > FRESH:
                self._latest = _ask_all(_checks())
                self._asked_at = time.monotonic()
            return self._latest


def _answer(report: Report) -> JsonResponse:
    working = {name for name, check in report.items() if check["status"] == "ok"}
    # With one database left, readers are served. A load balancer that takes every server out
    # because Redis is gone makes an outage of what was only slow.
    serves = not report or bool(working & {"database", "replica"})
    status = "failed" if not serves else "ok" if working == report.keys() else "degraded"
    body: dict[str, Any] = {"status": status}
    if report:
        body["checks"] = report
    headers = {"Cache-Control": "no-store"}
    return JsonResponse(body, status=200 if serves else 503, headers=headers)


def _checks() -> dict[str, Callable[[], None]]:
    """The database, its replica, and each Redis that the settings name."""
    checks: dict[str, Callable[[], None]] = {"database": lambda: _ask_database("default")}
    if replica.exists():
        checks["replica"] = lambda: _ask_database(replica.ALIAS)
    if "Redis" in settings.CACHES["default"]["BACKEND"]:
        checks["cache"] = lambda: _ask_redis(settings.CACHES["default"]["LOCATION"])
    if settings.CELERY_BROKER_URL.startswith(("redis://", "rediss://")):
        checks["broker"] = lambda: _ask_redis(settings.CELERY_BROKER_URL)
    return checks


def _ask_all(checks: dict[str, Callable[[], None]]) -> Report:
    with ThreadPoolExecutor(len(checks)) as pool:
        return dict(zip(checks, pool.map(_timed, checks.values()), strict=True))


def _timed(check: Callable[[], None]) -> dict[str, Any]:
    """Errors keep their class only: their text can hold addresses and passwords."""
    start = time.perf_counter()
    try:
        check()
        outcome: dict[str, Any] = {"status": "ok"}
    except Exception as error:
        outcome = {"status": "failed", "error": type(error).__name__}
    return outcome | {"ms": round((time.perf_counter() - start) * 1000)}


def _ask_database(alias: str) -> None:
    """Over a connection of its own: a pooled one would wait as long as the application does."""
    parameters = {
        **connections[alias].get_connection_params(),
        "connect_timeout": LIMIT,
        "tcp_user_timeout": LIMIT * 1000,
        "options": f"-c statement_timeout={LIMIT * 1000}",
        "autocommit": True,
    }
    with psycopg.connect(**parameters) as connection:
        connection.execute("SELECT 1")


def _ask_redis(url: str) -> None:
    # Connecting and answering share the limit.
    with redis.Redis.from_url(
        url, socket_connect_timeout=LIMIT / 2, socket_timeout=LIMIT / 2, retry=None
    ) as client:
        client.ping()
