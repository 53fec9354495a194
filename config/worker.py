"""The Celery application of a worker: few threads for messages, many for the steps of runs.

A message that wakes for a run is done at once, so publishing never waits behind articles. The steps
have threads of their own, which wait for answers and share a few connections to the database.
"""

import os
from typing import Any

# Before the settings are read. Four more are for the sweeps and the heart.
os.environ.setdefault("DATABASE_POOL_SIZE", "16")

from celery import signals
from django.conf import settings

from config.celery_app import app

__all__ = ["app"]


@signals.worker_init.connect
def muster(**_: Any) -> None:
    """Begin before there is a broker: without one, the sweep wakes who works."""
    # The models are not loaded yet when Celery imports this module.
    from generation import services

    services.muster(settings.WORKER_CONCURRENCY)
