"""An environment of infra/ applied to a simulated AWS, for whoever wants to look at it or use it.

with environments.applied("staging") as staging:
    staging.client("ecs").describe_services(...)
"""

import contextlib
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

from config import children
from tests.infra.terraform import Terraform

BUSY = "-parallelism=30"
BOOTSTRAP = ["-var=zone=example.com", "-var=repository=example/autoblog"]
OPTIONS = {
    # Everything that can be switched on is, where it costs nothing.
    "staging": ["-var=api_gateway=true"],
    "production": [],
}
REGIONS = {"staging": ["us-east-1"], "production": ["us-east-1", "us-west-2"]}


@dataclass
class Environment:
    """What was applied: its name, where its AWS answers, what Terraform says of it."""

    name: str
    endpoint: str
    terraform: Terraform
    outputs: dict[str, Any]

    def client(self, service: str, region: str = "us-east-1") -> Any:
        """Return a client of the simulated service."""
        return client(self.endpoint, service, region)

    @property
    def regions(self) -> list[str]:
        """Return the names of its regions; the first leads."""
        return REGIONS[self.name]

    def expect_no_changes(self) -> None:
        """Plan again. Raises Failed if anything would change."""
        self.terraform("plan", "-detailed-exitcode", *OPTIONS[self.name])

    def destroy(self) -> None:
        """Take all of it away again, as an operator does. Raises Failed."""
        if self.name == "production":
            # Data refuse to go until somebody says so.
            unprotected = ["-var=protected=false", *OPTIONS[self.name]]
            self.terraform("apply", "-auto-approve", "-refresh=false", BUSY, *unprotected)
            self.terraform("destroy", "-auto-approve", BUSY, *unprotected)
        else:
            self.terraform("destroy", "-auto-approve", BUSY, *OPTIONS[self.name])


def client(endpoint: str, service: str, region: str = "us-east-1") -> Any:
    """Return a boto3 client that cannot reach the real AWS."""
    keys = {"aws_access_key_id": "simulated", "aws_secret_access_key": "simulated"}
    return boto3.client(service, region_name=region, endpoint_url=endpoint, **keys)


@contextlib.contextmanager
def simulated_aws(folder: Path) -> Iterator[str]:
    """Run a simulated AWS that keeps its log in `folder`; give its address."""
    with socket.create_server(("127.0.0.1", 0)) as door, (folder / "aws.log").open("wb") as log:
        server = children.spawn(
            [sys.executable, "-m", "tests.infra.aws", str(door.fileno())],
            death_signal=signal.SIGKILL,
            output=log,
            stdin=subprocess.PIPE,
            keep_open=[door.fileno()],
        )
        try:
            yield f"http://127.0.0.1:{door.getsockname()[1]}"
        finally:
            children.kill_session(server)
            server.wait()


@contextlib.contextmanager
def applied(name: str) -> Iterator[Environment]:
    """Apply bootstrap and environment `name`; whoever wants it destroyed calls `destroy`."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        endpoint = stack.enter_context(simulated_aws(folder))
        bootstrap = Terraform("bootstrap", folder, endpoint)
        bootstrap.init()
        bootstrap("apply", "-auto-approve", BUSY, *BOOTSTRAP)
        terraform = Terraform(f"environments/{name}", folder, endpoint)
        terraform.init(f"-backend-config=bucket={bootstrap.outputs()['state_bucket']}")
        terraform("apply", "-auto-approve", BUSY, *OPTIONS[name])
        yield Environment(name, endpoint, terraform, terraform.outputs())
