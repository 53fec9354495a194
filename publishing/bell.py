"""Wakes a worker for the deliveries; a bell nobody hears costs seconds: workers also look alone."""

import structlog
from celery import current_app
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)

DISTRIBUTE = "publishing.distribute"


def ring() -> None:
    """Post the wake-up. Never raises: with the broker down the next sweep does the work."""
    try:
        current_app.send_task(DISTRIBUTE)
    except (OperationalError, OSError):
        log.warning("distribution_not_woken", remedy="the next sweep does the work")
