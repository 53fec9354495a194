"""The short form of the chaos run, as `./run chaos --short` plays it."""

import json
import os
import subprocess
import sys

import pytest

from tests.functional.parts import ROOT

pytestmark = pytest.mark.process


def test_promises_are_kept_while_processes_die_and_freeze(tmp_path) -> None:
    env = {**os.environ, "AUTOBLOG_VAR": str(tmp_path)}
    # It kills its servers: it must have servers of its own.
    for name in ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE"):
        env.pop(name, None)
    done = subprocess.run(
        [sys.executable, "-m", "tests.chaos", "--short", "--seed", "1"],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    counts = json.loads(done.stdout.splitlines()[-1])["chaos"]
    assert counts["cases"]["downs"] >= 10
    assert counts["cases"]["unknown_by"]["worker_lost"] >= 2
    assert counts["storm"]["sigkills"] >= 4
