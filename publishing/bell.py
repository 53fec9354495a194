"""Wakes a worker for the deliveries; a bell nobody hears costs seconds: workers also look alone."""

import logging

from celery import current_app
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

DISTRIBUTE = "publishing.distribute"


def ring() -> None:
    """Post the wake-up. Never raises: with the broker down the next sweep does the work."""
    try:
        current_app.send_task(DISTRIBUTE)
    except (OperationalError, OSError):
        logger.warning("Nobody could be woken for the deliveries; the next sweep sends them.")
