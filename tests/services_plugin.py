"""Real servers for the tests: loaded with `-p`, before pytest-django reads the settings.

The controller starts them once; xdist's workers inherit the two variables, and each takes a Redis
database of its own (pytest-django already gives each its own PostgreSQL database).
"""

import os
import tempfile
from collections.abc import Generator
from urllib.parse import urlsplit, urlunsplit

import pytest

# `config` would choose the development settings for whoever has not chosen.
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")

from config.embedded import ServiceRefused, missing_services


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, object, object]:
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker is None:
        _start_services(early_config)
    else:
        number = int(worker.removeprefix("gw")) + 1
        url = urlsplit(os.environ["REDIS_URL"])._replace(path=f"/{number}")
        os.environ["REDIS_URL"] = urlunsplit(url)
    return (yield)


def _start_services(config: pytest.Config) -> None:
    services = missing_services()
    try:
        os.environ |= services.__enter__()
    except ServiceRefused as refused:
        raise pytest.UsageError(str(refused)) from refused
    config.add_cleanup(lambda: services.__exit__(None, None, None))
    media = tempfile.TemporaryDirectory(prefix="autoblog-media-")
    os.environ["MEDIA_ROOT"] = media.name
    config.add_cleanup(media.cleanup)
