"""What every test may ask for, and what all tests that commit have in common."""

import gc
import os
from collections.abc import Generator, Iterator

import hypothesis
import pytest
from django.db import connection
from pytest_django.plugin import blocking_manager_key

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


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest, and give every test that commits the rows of the migrations.

    At the end of a run, no processor waits for another that has just begun a browser's journey.
    """
    serialized = pytest.mark.django_db(transaction=True, serialized_rollback=True)
    for item in items:
        if _commits(item):
            item.add_marker(serialized, append=False)
    items.sort(key=lambda item: not any(map(item.get_closest_marker, ("process", "browser"))))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None]:
    """Leave the rows of the migrations (prices, groups, schedules) to whoever comes next.

    Django gives them to a test that commits before it begins, and empties all tables after it; the
    others would find a database that no migration made, if they did not come first.
    """
    yield
    if _commits(item) and nextitem is not None and not _commits(nextitem):
        with item.config.stash[blocking_manager_key].unblock():
            rows = connection._test_serialized_contents
            connection.creation.deserialize_db_from_string(rows)
            connection.close()


def _commits(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    asked = marker is not None and marker.kwargs.get("transaction", False)
    return asked or bool(_COMMITTING & set(getattr(item, "fixturenames", ())))


@pytest.fixture
def web() -> Iterator[web_server.WebServer]:
    """The local web of invented publishers, and a record of what it was asked."""
    with web_server.running() as server:
        yield server
