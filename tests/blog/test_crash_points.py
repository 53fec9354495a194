"""The named lines: each is in the code, once, and does nothing outside of the chaos run."""

import ast
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import get_args

import pytest

from blog import crash_points
from tests.config.test_production import COMPLETE

ROOT = Path(__file__).resolve().parents[2]


def test_each_name_stands_at_one_line() -> None:
    reached = Counter(
        node.args[0].value
        for app in ("blog", "generation", "publishing", "config")
        for path in (ROOT / app).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "crash_points.reach"
    )

    assert reached == dict.fromkeys(get_args(crash_points.Point), 1)


def test_the_tests_settings_can_listen(settings) -> None:
    settings.AT_CRASH_POINTS = "tests.blog.test_crash_points.fall"

    with pytest.raises(ZeroDivisionError):
        crash_points.reach("after_claim")


def fall(point: str) -> None:
    raise ZeroDivisionError(point)


@pytest.mark.parametrize("module", ["production", "development"])
def test_no_environment_makes_an_installation_end_at_a_line(module: str) -> None:
    orders = {
        "CRASH_AT": "after_claim",
        "FREEZE_AT": "after_claim",
        "AT_CRASH_POINTS": "tests.chaos.points.reached",
    }
    program = (
        "import django; django.setup()\n"
        "from blog import crash_points; crash_points.reach('after_claim'); print('alive')"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            **COMPLETE,
            **orders,
            "DJANGO_SETTINGS_MODULE": f"config.settings.{module}",
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (done.returncode, done.stdout) == (0, "alive\n")
