"""What every test may ask for."""

from collections.abc import Iterator

import pytest

from tests import web_server


@pytest.fixture
def web() -> Iterator[web_server.WebServer]:
    """The local web of invented publishers, and a record of what it was asked."""
    with web_server.running() as server:
        yield server
