"""What is measured of the whole, told to Prometheus and to CloudWatch in the words of each.

All numbers are read from the database, so any process can tell them and two that do don't add up
to a wrong one: each is a level, none a count since a start.
"""

import hmac
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping

import structlog
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseBase

log = structlog.get_logger(__name__)

PATH = "/metrics"
NAMESPACE = "AutoBlog"
EVERY_SECONDS = 60.0
_BEAT = "beat-ticked-at"
# What each tells, for those who read it without this code at hand.
HELP = {
    "queue_age_seconds": "For how long the oldest step that is due has waited for a worker.",
    "queue_depth": "Steps that are due or in hand.",
    "spend_usd": "US dollars spent on models in the last hour.",
    "model_errors": "Requests to models in the last five minutes whose answers were of no use.",
    "budget_used_percent": "How full the fullest budget is, holds included.",
    "slot_lateness_seconds": "How late the most overdue timed update is.",
    "delivery_age_seconds": "For how long the oldest message that could be sent was not.",
    "missed_slots": "Schedules that should have run by now and did not.",
    "beat_age_seconds": "Since when beat has not ticked.",
}


class MetricsMiddleware:
    """Answers `/metrics` for whoever has METRICS_TOKEN; must stand before the check of hosts."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer or pass on: without the token there is no such page."""
        if request.path_info != PATH or not _may_know(request):
            return self._get_response(request)
        text = "".join(_exposition(readings()))
        return HttpResponse(
            text,
            content_type="text/plain; version=0.0.4; charset=utf-8",
            headers={"Cache-Control": "no-store"},
        )


def readings() -> dict[str, float]:
    """Return all numbers by their names; what can't be known is left out."""
    # The models are not loaded yet when the settings name the middleware.
    from generation.readings import readings as of_generation
    from publishing.readings import readings as of_publishing

    found: dict[str, float] = {}
    for room in (of_generation, of_publishing):
        try:
            found |= room()
        except DatabaseError:
            log.warning("metrics_not_read", room=room.__module__)
    ticked_at = cache.get(_BEAT)
    if ticked_at is not None:
        found["beat_age_seconds"] = max(0.0, time.time() - ticked_at)
    return found


def note_tick() -> None:
    """Remember that beat lives; called at each tick of its clock."""
    cache.set(_BEAT, time.time(), None)


def emit() -> None:
    """Print all numbers in CloudWatch's embedded metric format: a line that becomes metrics.

    The format: Amazon CloudWatch user guide, "Specification: Embedded metric format".
    """
    values = {_camel(name): value for name, value in readings().items()}
    directive = {
        "Namespace": NAMESPACE,
        "Dimensions": [["Environment"]],
        "Metrics": [{"Name": name} for name in values],
    }
    line = {
        "_aws": {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [directive]},
        "Environment": os.environ.get("METRICS_ENVIRONMENT", ""),
        **values,
    }
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def _may_know(request: HttpRequest) -> bool:
    token = settings.METRICS_TOKEN
    given = request.headers.get("Authorization", "")
    return bool(token) and hmac.compare_digest(given.encode(), f"Bearer {token}".encode())


def _exposition(values: Mapping[str, float]) -> Iterator[str]:
    """Yield the text format of Prometheus, version 0.0.4."""
    for name, value in values.items():
        yield f"# HELP autoblog_{name} {HELP[name]}\n# TYPE autoblog_{name} gauge\n"
        yield f"autoblog_{name} {value}\n"


def _camel(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))
