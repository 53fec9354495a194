"""Components 9 to 12: network, secrets, registry and pipeline, state."""

import json

from tests.infra.checks.compute import PROGRAMS, container
from tests.infra.environments import Environment

_ZONES = {"staging": [2], "production": [3, 2]}
_GATEWAYS = {"staging": [1], "production": [3, 1]}


def _vpc(env: Environment, region: str) -> str:
    named = [{"Name": "tag:Name", "Values": [f"autoblog-{env.name}"]}]
    [vpc] = env.client("ec2", region).describe_vpcs(Filters=named)["Vpcs"]
    identifier: str = vpc["VpcId"]
    return identifier


def c09_subnets_lie_in_several_zones(env: Environment) -> None:
    for region, zones, gateways in zip(
        env.regions, _ZONES[env.name], _GATEWAYS[env.name], strict=True
    ):
        client = env.client("ec2", region)
        of_vpc = [{"Name": "vpc-id", "Values": [_vpc(env, region)]}]
        subnets = client.describe_subnets(Filters=of_vpc)["Subnets"]
        assert len(subnets) == 3 * zones
        assert len({each["AvailabilityZone"] for each in subnets}) == zones
        found = client.describe_nat_gateways(Filter=of_vpc)["NatGateways"]
        assert len(found) == gateways
        assert client.describe_flow_logs()["FlowLogs"]


def c09_databases_have_no_way_to_the_internet(env: Environment) -> None:
    for region in env.regions:
        named = [{"Name": "tag:Name", "Values": [f"autoblog-{env.name}-database"]}]
        [table] = env.client("ec2", region).describe_route_tables(Filters=named)["RouteTables"]
        assert all(route["GatewayId"] == "local" for route in table["Routes"])


def c09_endpoints_keep_traffic_inside(env: Environment) -> None:
    for region in env.regions:
        found = env.client("ec2", region).describe_vpc_endpoints()["VpcEndpoints"]
        names = {each["ServiceName"].split(".", 3)[3] for each in found}
        is_leader_of_production = env.name == "production" and region == env.regions[0]
        interfaces = {"ecr.api", "ecr.dkr", "logs", "secretsmanager"}
        assert names == {"s3"} | (interfaces if is_leader_of_production else set())


def c09_doors_are_open_by_reference_only(env: Environment) -> None:
    for region in env.regions:
        client = env.client("ec2", region)
        of_vpc = [{"Name": "vpc-id", "Values": [_vpc(env, region)]}]
        for group in client.describe_security_groups(Filters=of_vpc)["SecurityGroups"]:
            for permission in group["IpPermissions"]:
                assert not permission["IpRanges"], group["GroupName"]
            if group["GroupName"] == "default":
                assert group["IpPermissions"] == group["IpPermissionsEgress"] == []


def c10_secrets_are_injected_and_nothing_secret_is_plain(env: Environment) -> None:
    wanted = {"SECRET_KEY", "OPENAI_API_KEY", "DATABASE_URL", "REDIS_URL", "CACHE_URL"}
    for region in env.regions:
        for program in PROGRAMS:
            found = container(env, region, program)
            secrets = {each["name"]: each["valueFrom"] for each in found["secrets"]}
            has_replica = env.name == "production" and region == env.regions[0]
            assert set(secrets) == wanted | ({"DATABASE_REPLICA_URL"} if has_replica else set())
            assert all(":secretsmanager:" in arn for arn in secrets.values())
            assert not wanted & {each["name"] for each in found["environment"]}


def c10_secrets_are_encrypted_with_a_key_that_turns(env: Environment) -> None:
    for region in env.regions:
        secrets = env.client("secretsmanager", region).list_secrets()["SecretList"]
        ours = [each for each in secrets if "/origin-secret" not in each["Name"]]
        keys = {each["KmsKeyId"] for each in ours}
        assert len(keys) == 1
        [key] = keys
        assert env.client("kms", region).get_key_rotation_status(KeyId=key)["KeyRotationEnabled"]


def c11_images_are_scanned_and_cannot_be_swapped(env: Environment) -> None:
    client = env.client("ecr")
    [repository] = client.describe_repositories()["repositories"]
    assert repository["imageTagMutability"] == "IMMUTABLE"
    assert repository["imageScanningConfiguration"]["scanOnPush"]
    assert client.get_lifecycle_policy(repositoryName="autoblog")["lifecyclePolicyText"]


def c11_pipeline_deploys_from_its_branch_alone(env: Environment) -> None:
    client = env.client("iam")
    assert len(client.list_open_id_connect_providers()["OpenIDConnectProviderList"]) == 1
    role = client.get_role(RoleName=f"autoblog-{env.name}-deploy")["Role"]
    [statement] = role["AssumeRolePolicyDocument"]["Statement"]
    subject = statement["Condition"]["StringEquals"]["token.actions.githubusercontent.com:sub"]
    branch = {"staging": "staging", "production": "main"}[env.name]
    assert subject in (f"repo:example/autoblog:ref:refs/heads/{branch}", [subject])


def c12_state_lies_in_its_bucket_and_is_unlocked(env: Environment) -> None:
    client = env.client("s3")
    [bucket] = [
        each["Name"]
        for each in client.list_buckets()["Buckets"]
        if each["Name"].startswith("autoblog-state-")
    ]
    assert client.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    key = f"{env.name}/terraform.tfstate"
    state = json.loads(client.get_object(Bucket=bucket, Key=key)["Body"].read())
    assert len(state["resources"]) > 50
    keys = {each["Key"] for each in client.list_objects_v2(Bucket=bucket)["Contents"]}
    assert keys == {key}


def c12_everything_is_tagged(env: Environment) -> None:
    for region in env.regions:
        client = env.client("ec2", region)
        [vpc] = client.describe_vpcs(VpcIds=[_vpc(env, region)])["Vpcs"]
        tags = {each["Key"]: each["Value"] for each in vpc["Tags"]}
        assert tags["Project"] == "autoblog"
        assert tags["Environment"] == env.name
