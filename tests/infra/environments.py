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
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

from config import children
from tests.infra.terraform import Terraform

BUSY = "-parallelism=30"
BOOTSTRAP = ["-var=zone=example.com", "-var=repository=example/autoblog"]
STATE_BUCKET = "autoblog-state-123456789012"
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


def _wait_for_bucket_and_zone(endpoint: str, bootstrap: Future[str]) -> None:
    zones, buckets = client(endpoint, "route53"), client(endpoint, "s3")
    while not (zones.list_hosted_zones()["HostedZones"] and buckets.list_buckets()["Buckets"]):
        if bootstrap.done():
            bootstrap.result()
        time.sleep(0.5)


@contextlib.contextmanager
def applied(name: str) -> Iterator[Environment]:
    """Apply bootstrap and environment `name`; whoever wants it destroyed calls `destroy`."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        endpoint = stack.enter_context(simulated_aws(folder))
        terraform = Terraform(f"environments/{name}", folder, endpoint)
        bootstrap = Terraform("bootstrap", folder, endpoint)
        bootstrap.init()
        with ThreadPoolExecutor(1) as pool:
            first = pool.submit(bootstrap, "apply", "-auto-approve", BUSY, *BOOTSTRAP)
            # The rest of the bootstrap is slow to settle, and nothing here needs it.
            _wait_for_bucket_and_zone(endpoint, first)
            terraform.init(f"-backend-config=bucket={STATE_BUCKET}")
            terraform("apply", "-auto-approve", BUSY, *OPTIONS[name])
            first.result()
        yield Environment(name, endpoint, terraform, terraform.outputs())
