"""Whether a destroyed environment is gone, asked of AWS itself."""

from collections.abc import Callable
from typing import Any

from tests.infra.environments import Environment

# Service, operation, and what of its answer counts. The bootstrap's own things stay.
QUESTIONS: list[tuple[str, str, Callable[[Any], list[Any]]]] = [
    ("ec2", "describe_vpcs", lambda said: [x for x in said["Vpcs"] if not x["IsDefault"]]),
    ("ec2", "describe_addresses", lambda said: said["Addresses"]),
    ("rds", "describe_db_instances", lambda said: said["DBInstances"]),
    ("elasticache", "describe_replication_groups", lambda said: said["ReplicationGroups"]),
    ("elbv2", "describe_load_balancers", lambda said: said["LoadBalancers"]),
    ("ecs", "list_clusters", lambda said: said["clusterArns"]),
    ("secretsmanager", "list_secrets", lambda said: said["SecretList"]),
    ("logs", "describe_log_groups", lambda said: said["logGroups"]),
    ("cloudwatch", "describe_alarms", lambda said: said["MetricAlarms"]),
    ("sns", "list_topics", lambda said: said["Topics"]),
    ("acm", "list_certificates", lambda said: said["CertificateSummaryList"]),
    ("kms", "list_aliases", lambda said: [x for x in said["Aliases"] if _is_ours(x["AliasName"])]),
    ("apigatewayv2", "get_apis", lambda said: said["Items"]),
    ("s3", "list_buckets", lambda said: [x for x in said["Buckets"] if _is_ours(x["Name"])]),
    ("iam", "list_roles", lambda said: [x for x in said["Roles"] if "us-" in x["RoleName"]]),
    (
        "cloudfront",
        "list_distributions",
        lambda said: said["DistributionList"].get("Items", []),
    ),
    ("route53", "list_health_checks", lambda said: said["HealthChecks"]),
]


def _is_ours(name: str) -> bool:
    return "autoblog-" in name and "autoblog-state" not in name


def expect_none(environment: Environment) -> None:
    """Raises AssertionError with what is still there."""
    found = {
        f"{region} {service}": left
        for region in environment.regions
        for service, operation, of in QUESTIONS
        if (left := of(getattr(environment.client(service, region), operation)()))
    }
    assert found == {}, found
