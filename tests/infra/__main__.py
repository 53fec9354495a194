"""`./run infra`: the deployment, applied to a simulated AWS, looked at, and taken away again.

Prints what was found, and counts as JSON in its last line; ends with 1 when anything was wrong.
"""

import argparse
import contextlib
import json
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.infra import checks, environments, leftovers, promotion, terraform

ROOTS = ("bootstrap", "modules/region", "environments/staging", "environments/production")
_began = time.monotonic()


class Findings:
    """What was tried, and what of it went wrong."""

    def __init__(self) -> None:
        self.tried = 0
        self.wrong: list[str] = []

    def attempt(self, name: str, action: Callable[[], object]) -> bool:
        """Do something that may fail; say how it went. Returns whether it went well."""
        self.tried += 1
        began = time.monotonic()
        try:
            action()
        except (
            AssertionError,
            terraform.Failed,
            LookupError,
            ValueError,
            OSError,
            subprocess.SubprocessError,
        ) as trouble:
            self.wrong.append(name)
            where = traceback.extract_tb(trouble.__traceback__)[-1]
            say(f"WRONG {name}: {type(trouble).__name__}: {trouble}\n      at {where.line}")
            return False
        say(f"ok    {name} ({time.monotonic() - began:.0f} s)")
        return True


def say(line: str) -> None:
    """Print a line with the time since the beginning."""
    print(f"{time.monotonic() - _began:4.0f} s  {line}", flush=True)


def read(found: Findings) -> None:
    """Look at what is written: format, validity, conditions (`terraform test`)."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        endpoint = stack.enter_context(environments.simulated_aws(folder))
        whole = terraform.Terraform("", folder)
        found.attempt("format", lambda: whole("fmt", "-check", "-diff", "-recursive"))
        for root in ROOTS:
            one = terraform.Terraform(root, folder, endpoint)
            if found.attempt(f"init {root}", lambda one=one: one.init("-backend=false")):
                found.attempt(f"validate {root}", lambda one=one: one("validate"))
            if (one.folder / "tests").is_dir():
                found.attempt(f"test {root}", lambda one=one: one("test"))


def play(name: str, found: Findings) -> None:
    """Apply, look, plan again, destroy, look again."""
    try:
        began = time.monotonic()
        with environments.applied(name) as environment:
            say(f"      {name} is applied ({time.monotonic() - began:.0f} s)")
            for check in checks.CHECKS:
                found.attempt(f"{name} {check.__name__}", lambda check=check: check(environment))
            found.attempt(f"{name}: a second plan changes nothing", environment.expect_no_changes)
            if name == "production":
                found.attempt(
                    f"{name}: the standby is promoted", lambda: promotion.rehearse(environment)
                )
            if found.attempt(f"{name} is destroyed", environment.destroy):
                found.attempt(
                    f"{name}: nothing is left", lambda: leftovers.expect_none(environment)
                )
    except terraform.Failed as trouble:
        found.wrong.append(f"{name} is applied")
        say(f"WRONG {trouble}")


def interrupted(*_: object) -> None:
    """Leave by way of all `finally` clauses."""
    sys.exit("Interrupted.")


def main(words: list[str] | None = None) -> int:
    """Do all of it, or the environments that are named."""
    parser = argparse.ArgumentParser(prog="./run infra", description=__doc__)
    parser.add_argument("only", nargs="*", choices=[[], *environments.REGIONS])
    options = parser.parse_args(words)
    if not shutil.which("terraform"):
        print("Terraform is not installed here, so the deployment was not tried.")
        print(json.dumps({"infra": "skipped", "reason": "no terraform"}))
        return 0
    signal.signal(signal.SIGTERM, interrupted)
    found = Findings()
    names = options.only or list(environments.REGIONS)
    pool = ThreadPoolExecutor(len(names))
    try:
        lanes = [pool.submit(play, name, found) for name in names]
        read(found)
        for lane in lanes:
            lane.result()
    finally:
        terraform.stop_all()
        pool.shutdown()
    for name in found.wrong:
        print(f"wrong: {name}")
    counts = {"tried": found.tried, "wrong": len(found.wrong)}
    seconds = round(time.monotonic() - _began)
    print(json.dumps({"infra": counts, "environments": names, "seconds": seconds}))
    return 1 if found.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
