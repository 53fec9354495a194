"""The standby of production is made the leader by the script that operators have for it."""

import json
import subprocess
import sys
from pathlib import Path

from tests.infra import terraform
from tests.infra.checks.compute import service
from tests.infra.environments import Environment

SCRIPT = Path(__file__).resolve().parent.parent.parent / "infra" / "promote.py"
STANDBY = "us-west-2"


def rehearse(env: Environment) -> None:
    """Ask what would be done, do it, do it again. Raises AssertionError."""
    before = _standing(env)
    said = _promote(env)
    assert said.count("would:") == 6, said
    assert _standing(env) == before

    _promote(env, "--go")
    after = _standing(env)
    assert after == {
        "database follows": False,
        "us-east-1": {"web": 0, "worker": 0, "beat": 0},
        STANDBY: {"web": 3, "worker": 2, "beat": 1},
        "old leader counts as gone": True,
        "writes": {"web": True, "worker": True, "beat": True},
    }, after

    revisions = _revisions(env)
    assert "done:" in _promote(env, "--go")
    assert _revisions(env) == revisions


def _promote(env: Environment, *words: str) -> str:
    outputs = env.terraform.folder / "outputs.json"
    outputs.write_text(json.dumps({name: {"value": it} for name, it in env.outputs.items()}))
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(outputs), *words],
        env=terraform.environment(env.terraform.folder, env.endpoint),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _standing(env: Environment) -> dict[str, object]:
    found = env.client("rds", STANDBY).describe_db_instances(
        DBInstanceIdentifier="autoblog-production"
    )
    check = env.client("route53").get_health_check(HealthCheckId=env.outputs["health_check_id"])
    return {
        "database follows": bool(
            found["DBInstances"][0].get("ReadReplicaSourceDBInstanceIdentifier")
        ),
        **{
            region: {
                name: service(env, region, name)["desiredCount"]
                for name in ("web", "worker", "beat")
            }
            for region in env.regions
        },
        "old leader counts as gone": check["HealthCheck"]["HealthCheckConfig"]["Inverted"],
        "writes": {name: _writes(env, name) for name in ("web", "worker", "beat")},
    }


def _writes(env: Environment, name: str) -> bool:
    client = env.client("ecs", STANDBY)
    running = service(env, STANDBY, name)["taskDefinition"]
    found = client.describe_task_definition(taskDefinition=running)["taskDefinition"]
    [container] = found["containerDefinitions"]
    return "READ_ONLY" not in {each["name"] for each in container["environment"]}


def _revisions(env: Environment) -> list[str]:
    arns: list[str] = env.client("ecs", STANDBY).list_task_definitions()["taskDefinitionArns"]
    return arns
