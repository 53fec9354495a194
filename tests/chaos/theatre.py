"""Where the chaos happens: servers of our own, a furnished database, and lanes that play in copies.

Django is set up here, in a process with one thread, so that everything else is a fork of it.
"""

import gc
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import django

from config.embedded import folders
from tests.chaos.servers import Broker, Database, program

TEMPLATE = "chaos"
# How long, in ms, whoever froze in a transaction may hold its rows and the lock of the sweepers.
IN_TRANSACTION = "30000"


@dataclass(frozen=True)
class Theatre:
    """The servers, and the folder with everything that was written down."""

    folder: Path
    database: Database
    broker: Broker
    model_url: str
    sink_url: str


@contextmanager
def opened(folder: Path) -> Iterator[Theatre]:
    """Start the servers, furnish a database, and set Django up in this process."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with ExitStack() as stack:
        run, lock = stack.enter_context(folders.throw_away())
        database = Database(run, lock)
        stack.callback(database.close)
        broker = Broker(run)
        stack.callback(broker.kill)
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "tests.chaos.settings",
            "DATABASE_URL": database.url_of(TEMPLATE),
            "REDIS_URL": broker.url(),
            "OPENAI_API_KEY": "sk-nobody",
            "MEDIA_ROOT": str(folder / "media"),
            "LOG_LEVEL": "INFO",
        }
        database.copy("template1", TEMPLATE)
        model_url = stack.enter_context(
            program("tests.chaos.fault_server", folder, log=folder / "fault_server.log")
        )
        _set_up()
        # They need Django's settings, and these need what was set above.
        from tests.chaos import newsroom, offspring

        made = offspring.fork(_furnish, "furnish", log=folder / "furnish.log")
        if not made.wait(120) or made.code:
            raise SystemExit((folder / "furnish.log").read_text())
        sink_url = stack.enter_context(
            program("tests.chaos.sink", folder, newsroom.secret(), log=folder / "sink.log")
        )
        yield Theatre(folder, database, broker, model_url, sink_url)


def _set_up() -> None:
    """Import whatever a worker would import, before anybody forks."""
    django.setup()
    import celery.bin.celery  # noqa: F401
    import openai.resources.chat  # noqa: F401

    from config.worker import app
    from generation.client import request, shape  # noqa: F401
    from tests.chaos import offspring  # noqa: F401

    app.loader.import_default_modules()
    gc.collect()
    gc.freeze()


def _furnish() -> None:
    from django.core.management import call_command

    from tests.chaos import newsroom, observer

    call_command("migrate", verbosity=0)
    newsroom.furnish()
    observer.install()


def enter(
    theatre: Theatre, name: str, number: int, *, lease: int, sweep: float, deadline: float
) -> None:
    """Make this process, and all it forks, play in a database and a broker of its own."""
    from django.conf import settings
    from django.db import connections

    from config import sweeper
    from config.celery_app import app
    from generation import traffic
    from generation.client import QuotaExhausted
    from publishing import distribution
    from publishing.channels import webhook
    from publishing.models import Channel

    connections.close_all()
    theatre.database.copy(TEMPLATE, name)
    theatre.broker.forget(number)
    connections.settings["default"]["NAME"] = name
    del connections["default"]
    url = theatre.broker.url(number)
    app.conf.broker_url = app.conf.broker_read_url = app.conf.broker_write_url = url
    settings.CELERY_BROKER_URL = settings.CACHES["default"]["LOCATION"] = url
    settings.OPENAI_API_KEY = f"sk-{name}"
    settings.OPENAI_BASE_URL = theatre.model_url
    settings.OPENAI_MODEL = "chaos-model"
    settings.OPENAI_TIMEOUT_SECONDS = deadline
    settings.USE_SAMPLE_MODEL = False
    settings.STEP_LEASE_SECONDS = lease
    settings.SWEEP_INTERVAL_SECONDS = sweep
    settings.WORKER_GRACE_SECONDS = 1.0
    # What is counted in minutes elsewhere is counted in seconds here.
    options = connections.settings["default"]["OPTIONS"]
    assert IN_TRANSACTION in options["options"]
    options["options"] = options["options"].replace(IN_TRANSACTION, f"{5 * lease}s")
    webhook.TIMEOUT_SECONDS = 1.5
    QuotaExhausted.try_every = 2.0
    traffic._TRY_EVERY = timedelta(seconds=2)
    sweeper.SILENCE_SECONDS = lease
    distribution.LEASE = timedelta(seconds=lease)
    distribution.BACKOFF = [timedelta(0), *[timedelta(seconds=1)] * 30]
    Channel.objects.update(url=f"{theatre.sink_url}/{name}")
    connections.close_all()


def say(text: str) -> None:
    """Say how far it is, beside the counts."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
