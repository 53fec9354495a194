"""Terraform against the simulated AWS: in a copy of infra/, so that nothing is left in the checkout."""

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
STATE_BUCKET = "autoblog-state-123456789012"


class Failed(Exception):
    """A command of Terraform's ended badly; what it said is the text."""


def missing() -> str:
    """Return what is lacking to run Terraform here, in words; nothing if nothing is."""
    if not shutil.which("terraform"):
        return "Terraform is not installed"
    if os.environ.get("TF_PLUGIN_DIR") or os.environ.get("CI") != "true":
        return ""
    return "TF_PLUGIN_DIR names no folder with the AWS provider"


def environment(folder: Path, endpoint: str = "") -> dict[str, str]:
    """Return the variables for Terraform and boto3: the simulation's, with none of the machine's."""
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


class Terraform:
    """One root of infra/, copied into `folder` and led to `endpoint`."""

    def __init__(self, root: str, folder: Path, endpoint: str = "") -> None:
        copy = folder / "infra"
        if not copy.exists():
            ignored = shutil.ignore_patterns(".terraform", "*.tfstate*")
            shutil.copytree(INFRA, copy, ignore=ignored)
        self.folder = copy / root
        self._environment = environment(folder, endpoint)

    def init(self, *words: str) -> None:
        """Prepare the root. Raises Failed."""
        plugins = os.environ.get("TF_PLUGIN_DIR")
        self("init", *([f"-plugin-dir={plugins}"] if plugins else []), *words)

    def __call__(self, *words: str, good: tuple[int, ...] = (0,)) -> str:
        """Run a command; return what it printed. Raises Failed."""
        # An interrupt lets Terraform unlock its state; it dies with us in any case.
        process = children.spawn(
            ["terraform", words[0], "-no-color", *words[1:]],
            death_signal=signal.SIGINT,
            output=subprocess.PIPE,
            env=self._environment,
            cwd=self.folder,
        )
        try:
            said = process.communicate()[0].decode()
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
                process.wait()
        if process.returncode not in good:
            raise Failed(f"terraform {' '.join(words)} in {self.folder.name}:\n{said[-6000:]}")
        self.code = process.returncode
        return said

    def outputs(self) -> dict[str, Any]:
        """Return the outputs by name."""
        return {
            name: each["value"] for name, each in json.loads(self("output", "-json")).items()
        }
