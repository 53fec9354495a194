"""What the tests of the public site share."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime

import pytest
import time_machine


@pytest.fixture
def time_machine_at() -> Callable[[datetime], AbstractContextManager[object]]:
    """Travel to an instant for the length of a `with` block."""
    return lambda instant: time_machine.travel(instant, tick=False)
