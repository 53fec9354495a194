"""Terraform led to the simulated AWS, in a copy of infra/: nothing is left in the checkout."""

import json
import os
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Any

from config import children

INFRA = Path(__file__).resolve().parent.parent.parent / "infra"
# Any digest: nothing pulls it.
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/autoblog@sha256:" + "a" * 64

_running: set[subprocess.Popen[bytes]] = set()


class Failed(Exception):
    """A command of Terraform's ended badly; what it said is the text."""


def environment(folder: Path, endpoint: str = "") -> dict[str, str]:
    """Return variables that lead to the simulation, without any of this machine's for AWS."""
    settings = folder / "terraform.rc"
    settings.write_text("disable_checkpoint = true\n")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "TF_"))}
    return kept | {
        "TF_CLI_CONFIG_FILE": str(settings),
        "TF_IN_AUTOMATION": "1",
        "TF_INPUT": "0",
        "TF_VAR_image": IMAGE,
        "AWS_ACCESS_KEY_ID": "simulated",
        "AWS_SECRET_ACCESS_KEY": "simulated",
        "AWS_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_MAX_ATTEMPTS": "2",
        **({"AWS_ENDPOINT_URL": endpoint} if endpoint else {}),
    }


def stop_all() -> None:
    """End what runs; whoever waits for it gets Failed."""
    for process in list(_running):
        children.kill_session(process)


class Terraform:
    """One root of infra/, in a copy below `folder`, led to `endpoint`."""

    def __init__(self, root: str, folder: Path, endpoint: str = "") -> None:
        copy = folder / "infra"
        if not copy.exists():
            ignored = shutil.ignore_patterns(".terraform", "*.tfstate*")
            shutil.copytree(INFRA, copy, ignore=ignored)
        self.folder = copy / root
        self.code = 0
        self._environment = environment(folder, endpoint)

    def init(self, *words: str) -> None:
        """Prepare the root, with the provider from TF_PLUGIN_DIR if that is set. Raises Failed."""
        plugins = os.environ.get("TF_PLUGIN_DIR")
        self("init", *([f"-plugin-dir={plugins}"] if plugins else []), *words)

    def __call__(self, *words: str, good: tuple[int, ...] = (0,)) -> str:
        """Run a command; return what it printed, and keep its code. Raises Failed."""
        process = children.spawn(
            ["terraform", words[0], *([] if words[0] == "fmt" else ["-no-color"]), *words[1:]],
            death_signal=signal.SIGKILL,
            output=subprocess.PIPE,
            env=self._environment,
            cwd=self.folder,
        )
        _running.add(process)
        try:
            said = process.communicate()[0].decode()
        finally:
            children.kill_session(process)
            _running.discard(process)
        self.code = process.returncode
        if self.code not in good:
            raise Failed(f"terraform {' '.join(words)}, in {self.folder.name}:\n{said[-6000:]}")
        return said

    def outputs(self) -> dict[str, Any]:
        """Return the outputs by name."""
        said = json.loads(self("output", "-json"))
        return {name: each["value"] for name, each in said.items()}
