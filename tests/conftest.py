"""What every test may ask for, and what all tests that commit have in common."""

import gc
import os
from collections.abc import Iterator

import hypothesis
import pytest

from tests import web_server

# Chance finds bugs on a desk; a build that fails by chance only teaches to run it again.
# Time is measured in benchmarks, so no example has a deadline.
hypothesis.settings.register_profile("desk", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "desk")

_COMMITTING = {"transactional_db", "live_server", "django_db_reset_sequences"}


def pytest_collection_finish() -> None:
    """Spare the collector what lives to the end: modules, models and tests are most of the heap.

    Looking through them again and again was a tenth of the processor's time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give every test that commits the rows of the migrations back (prices, groups, schedules).

    One that forgot to ask would leave the next with a database that no migration made.
    """
    serialized = pytest.mark.django_db(transaction=True, serialized_rollback=True)
    for item in items:
        marker = item.get_closest_marker("django_db")
        commits = marker is not None and marker.kwargs.get("transaction", False)
        if commits or _COMMITTING & set(getattr(item, "fixturenames", ())):
            item.add_marker(serialized, append=False)


@pytest.fixture
def web() -> Iterator[web_server.WebServer]:
    """The local web of invented publishers, and a record of what it was asked."""
    with web_server.running() as server:
        yield server
