"""Makes the standby region lead: its database takes writes, its programs do, and names lead to it.

    terraform -chdir=infra/environments/production output -json > outputs.json
    python infra/promote.py outputs.json         # says what it would do
    python infra/promote.py outputs.json --go    # does it

Needs boto3 and an operator's credentials. May be repeated: what is done already is left alone. It
works while the old leader's region does not answer at all.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

# Of each program, how many tasks a region has that leads; auto scaling goes on from there.
LEADING_TASKS = {"web": 3, "worker": 2, "beat": 1}
# What register_task_definition takes of what describe_task_definition says.
DEFINITION_FIELDS = (
    *("family", "taskRoleArn", "executionRoleArn", "networkMode", "containerDefinitions"),
    *("volumes", "requiresCompatibilities", "cpu", "memory", "runtimePlatform"),
)

Region = dict[str, Any]


class Promotion:
    """The steps, each of which says what it does and does it only if `go`."""

    def __init__(self, primary: Region, standby: Region, health_check: str, *, go: bool) -> None:
        self._primary = primary
        self._standby = standby
        self._health_check = health_check
        self._go = go

    def run(self) -> None:
        """Do all steps in their order: never two regions that write."""
        self._silence_old_leader()
        self._promote_database()
        self._let_programs_write()
        self._lead_names_here()

    def _say(self, text: str) -> bool:
        print(f"{'now:' if self._go else 'would:'} {text}", flush=True)
        return self._go

    def _silence_old_leader(self) -> None:
        if not self._say(f"end all programs in {self._primary['region']}, if it answers"):
            return
        client = boto3.client("ecs", region_name=self._primary["region"])
        for service in self._primary["services"]:
            try:
                client.update_service(
                    cluster=self._primary["cluster"], service=service, desiredCount=0
                )
            except (BotoCoreError, ClientError) as trouble:
                print(f"      {service} could not be ended: {trouble}", flush=True)

    def _promote_database(self) -> None:
        client = boto3.client("rds", region_name=self._standby["region"])
        name = self._standby["database"]
        [found] = client.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"]
        if not found.get("ReadReplicaSourceDBInstanceIdentifier"):
            print(f"done: {name} in {self._standby['region']} takes writes", flush=True)
        elif self._say(f"let {name} in {self._standby['region']} take writes"):
            client.promote_read_replica(DBInstanceIdentifier=name)
            client.get_waiter("db_instance_available").wait(DBInstanceIdentifier=name)

    def _let_programs_write(self) -> None:
        client = boto3.client("ecs", region_name=self._standby["region"])
        for service in self._standby["services"]:
            family, count = self._standby["families"][service], LEADING_TASKS[service]
            if self._say(f"start {count} of {service} without READ_ONLY"):
                client.update_service(
                    cluster=self._standby["cluster"],
                    service=service,
                    taskDefinition=_register_writing(client, family),
                    desiredCount=count,
                )
        if self._go:
            client.get_waiter("services_stable").wait(
                cluster=self._standby["cluster"], services=self._standby["services"]
            )

    def _lead_names_here(self) -> None:
        if self._say(f"let Route 53 count {self._primary['region']} as gone"):
            # Route 53 knows no regions, but its client asks for one.
            boto3.client("route53", region_name="us-east-1").update_health_check(
                HealthCheckId=self._health_check, Inverted=True
            )


def _register_writing(client: Any, family: str) -> str:
    """Return the newest definition of the family that has no READ_ONLY; make it if need be."""
    newest = client.describe_task_definition(taskDefinition=family)["taskDefinition"]
    [container] = newest["containerDefinitions"]
    writing = [each for each in container["environment"] if each["name"] != "READ_ONLY"]
    if writing == container["environment"]:
        return str(newest["taskDefinitionArn"])
    container["environment"] = writing
    asked = {name: newest[name] for name in DEFINITION_FIELDS if name in newest}
    return str(client.register_task_definition(**asked)["taskDefinition"]["taskDefinitionArn"])


def main(words: list[str] | None = None) -> int:
    """Promote the standby that the outputs of production name."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])  # type: ignore[union-attr]
    parser.add_argument("outputs", type=Path, help="what `terraform output -json` said")
    parser.add_argument("--go", action="store_true", help="do it")
    options = parser.parse_args(words)
    outputs = json.loads(options.outputs.read_text())
    regions = outputs["regions"]["value"]
    health_check = outputs["health_check_id"]["value"]
    Promotion(regions["primary"], regions["standby"], health_check, go=options.go).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
