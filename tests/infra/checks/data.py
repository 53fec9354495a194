"""Components 6 to 8: PostgreSQL, Redis, buckets; and that no password is in the state."""

import json
from typing import Any

from tests.infra.environments import STATE_BUCKET, Environment


def _instances(env: Environment, region: str) -> dict[str, dict[str, Any]]:
    found = env.client("rds", region).describe_db_instances()["DBInstances"]
    return {each["DBInstanceIdentifier"]: each for each in found}


def c06_database_is_kept_well(env: Environment) -> None:
    is_production = env.name == "production"
    for region in env.regions:
        found = _instances(env, region)[f"autoblog-{env.name}"]
        assert found["StorageEncrypted"]
        assert found["StorageType"] == "gp3"
        assert not found["PubliclyAccessible"]
        assert found["MultiAZ"] is is_production
        assert found["DeletionProtection"] is is_production
        assert found["BackupRetentionPeriod"] == (30 if is_production else 7)
        assert found["PerformanceInsightsEnabled"]
        assert found["MonitoringInterval"] == 60


def c06_database_logs_slow_statements_and_no_data(env: Environment) -> None:
    for region in env.regions:
        client = env.client("rds", region)
        group = _instances(env, region)[f"autoblog-{env.name}"]["DBParameterGroups"][0]
        said = client.describe_db_parameters(DBParameterGroupName=group["DBParameterGroupName"])
        values = {each["ParameterName"]: each["ParameterValue"] for each in said["Parameters"]}
        assert values["rds.force_ssl"] == "1"
        assert values["log_min_duration_statement"] == "1000"
        assert values["log_statement"] == "none"
        assert values["log_parameter_max_length"] == "0"


def c06_password_is_in_secrets_manager_and_not_in_the_state(env: Environment) -> None:
    state = _state(env)
    for region in env.regions:
        url = _secret(env, region, "DATABASE_URL")
        password = url.split(":")[2].split("@")[0]
        assert len(password) == 40
        assert password not in state
        assert _secret(env, region, "SECRET_KEY") not in state


def _state(env: Environment) -> str:
    client = env.client("s3")
    found = client.get_object(Bucket=STATE_BUCKET, Key=f"{env.name}/terraform.tfstate")
    state: str = found["Body"].read().decode()
    return state


def _secret(env: Environment, region: str, name: str) -> str:
    client = env.client("secretsmanager", region)
    value: str = client.get_secret_value(SecretId=f"autoblog-{env.name}/{name}")["SecretString"]
    return value


def c06_replicas_follow_in_production(env: Environment) -> None:
    if env.name != "production":
        assert set(_instances(env, "us-east-1")) == {"autoblog-staging"}
        return
    primary, standby = (_instances(env, region) for region in env.regions)
    replica = primary["autoblog-production-replica"]
    assert replica["ReadReplicaSourceDBInstanceIdentifier"] == "autoblog-production"
    source = standby["autoblog-production"]["ReadReplicaSourceDBInstanceIdentifier"]
    assert source.endswith(":us-east-1:123456789012:db:autoblog-production")
    assert replica["Endpoint"]["Address"] in _secret(env, "us-east-1", "DATABASE_REPLICA_URL")
    passwords = {_secret(env, region, "DATABASE_URL").split("@")[0] for region in env.regions}
    assert len(passwords) == 1


def c07_redis_has_tls_a_token_and_nodes(env: Environment) -> None:
    counts = []
    for region in env.regions:
        groups = env.client("elasticache", region).describe_replication_groups()
        for group in groups["ReplicationGroups"]:
            counts.append(len(group["MemberClusters"]))
            assert group["TransitEncryptionEnabled"]
            assert group["AtRestEncryptionEnabled"]
            assert group["AuthTokenEnabled"]
            is_many = len(group["MemberClusters"]) > 1
            assert group["AutomaticFailover"] == ("enabled" if is_many else "disabled")
    assert counts == ([1] if env.name == "staging" else [3, 3, 2])


def c07_broker_forgets_nothing_and_is_not_the_cache(env: Environment) -> None:
    client = env.client("elasticache")
    policies = {}
    for group in client.describe_cache_parameter_groups()["CacheParameterGroups"]:
        name = group["CacheParameterGroupName"]
        [value] = client.describe_cache_parameters(CacheParameterGroupName=name)["Parameters"]
        policies[name.removeprefix(f"autoblog-{env.name}-")] = value["ParameterValue"]
    is_production = env.name == "production"
    assert policies == {"broker": "noeviction"} | (
        {"cache": "allkeys-lru"} if is_production else {}
    )
    urls = {_secret(env, "us-east-1", name) for name in ("REDIS_URL", "CACHE_URL")}
    assert len(urls) == (2 if is_production else 1)
    assert all(each.startswith("rediss://:") for each in urls)


def _buckets(env: Environment) -> list[str]:
    found = env.client("s3").list_buckets()["Buckets"]
    return [each["Name"] for each in found if each["Name"].startswith(f"autoblog-{env.name}-")]


def c08_buckets_are_private_encrypted_and_versioned(env: Environment) -> None:
    client = env.client("s3")
    assert len(_buckets(env)) == 2 * len(env.regions)
    for bucket in _buckets(env):
        assert client.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
        blocked = client.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
        assert all(blocked.values())
        assert client.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]
        assert client.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
        policy = json.loads(client.get_bucket_policy(Bucket=bucket)["Policy"])
        [tls] = [each for each in policy["Statement"] if each["Sid"] == "OnlyTls"]
        assert tls["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def c08_cdn_reads_no_sources(env: Environment) -> None:
    client = env.client("s3")
    for bucket in (each for each in _buckets(env) if "-media-" in each):
        policy = json.loads(client.get_bucket_policy(Bucket=bucket)["Policy"])
        [cdn] = [each for each in policy["Statement"] if each["Sid"].startswith("CloudFront")]
        folders = {each.split("/")[1] for each in cdn["Resource"]}
        assert folders == {"images", "share", "static"}


def c08_media_are_copied_to_the_other_region(env: Environment) -> None:
    client = env.client("s3")
    if env.name == "production":
        for bucket in (each for each in _buckets(env) if "-media-" in each):
            said = client.get_bucket_replication(Bucket=bucket)["ReplicationConfiguration"]
            assert said["Rules"][0]["Destination"]["Bucket"] != f"arn:aws:s3:::{bucket}"


def c08_application_reaches_its_bucket_without_keys(env: Environment) -> None:
    client = env.client("iam")
    for region in env.regions:
        role = f"autoblog-{env.name}-{region}-web"
        policy = client.get_role_policy(RoleName=role, PolicyName="program")["PolicyDocument"]
        allowed = {action for each in policy["Statement"] for action in _listed(each["Action"])}
        assert {"s3:GetObject", "s3:PutObject", "s3:ListBucket"} <= allowed
        assert not any("*" in action for action in allowed)
    assert client.list_users()["Users"] == []


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
