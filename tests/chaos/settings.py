"""The settings of the tests, with the lines at which a process may be made to end."""

from config.settings.test import *  # noqa: F403

AT_CRASH_POINTS = "tests.chaos.points.reached"
