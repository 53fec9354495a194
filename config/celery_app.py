"""The Celery application: a message only wakes a worker; every worker also sweeps on its own."""

import os
from typing import Any

from celery import Celery, signals
from django_structlog.celery.steps import DjangoStructLogInitStep

from config import heartbeat, sweeper

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.development")

app = Celery("autoblog")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.steps["worker"].add(DjangoStructLogInitStep)
app.autodiscover_tasks()
heartbeat.listen()
sweeper.listen()


@signals.setup_logging.connect
def keep_djangos_logging(**_: Any) -> None:
    """Having a receiver stops Celery from replacing the logging that Django set up."""
