"""Components 4 and 5: programs on ECS, and how many of them."""

from typing import Any

from tests.infra.environments import Environment


def _cluster(env: Environment) -> str:
    return f"autoblog-{env.name}"


def service(env: Environment, region: str, name: str) -> dict[str, Any]:
    """Return the service as ECS describes it."""
    client = env.client("ecs", region)
    found: dict[str, Any] = client.describe_services(cluster=_cluster(env), services=[name])
    return found["services"][0]


def container(env: Environment, region: str, program: str) -> dict[str, Any]:
    """Return what the task definition of `program` says of its one container."""
    client = env.client("ecs", region)
    found = client.describe_task_definition(taskDefinition=f"autoblog-{env.name}-{program}")
    definition: dict[str, Any] = found["taskDefinition"]
    [only] = definition["containerDefinitions"]
    return {**definition, **only}


PROGRAMS = ("web", "worker", "beat", "release")


def c04_cluster_has_container_insights(env: Environment) -> None:
    for region in env.regions:
        client = env.client("ecs", region)
        wanted = ["SETTINGS", "CONFIGURATIONS"]
        [cluster] = client.describe_clusters(clusters=[_cluster(env)], include=wanted)["clusters"]
        assert {"name": "containerInsights", "value": "enabled"} in cluster["settings"]


def c04_beat_is_never_two(env: Environment) -> None:
    for region in env.regions:
        beat = service(env, region, "beat")
        assert beat["deploymentConfiguration"]["maximumPercent"] == 100
        assert beat["deploymentConfiguration"]["minimumHealthyPercent"] == 0
        assert beat["desiredCount"] == (1 if region == env.regions[0] else 0)


def c04_failed_deployments_roll_back(env: Environment) -> None:
    for region in env.regions:
        for name in ("web", "worker", "beat"):
            found = service(env, region, name)
            breaker = found["deploymentConfiguration"]["deploymentCircuitBreaker"]
            assert breaker == {"enable": True, "rollback": True}
            assert found["enableExecuteCommand"]


def c04_containers_are_locked_down(env: Environment) -> None:
    for region in env.regions:
        for program in PROGRAMS:
            found = container(env, region, program)
            assert found["readonlyRootFilesystem"]
            assert found["user"] == "10001"
            assert found["linuxParameters"]["initProcessEnabled"]
            assert found["linuxParameters"]["capabilities"]["drop"] == ["ALL"]
            assert found["command"] == ["python", "-m", "config.start", program]
            assert "@sha256:" in found["image"]


def c04_workers_have_time_to_drain(env: Environment) -> None:
    for region in env.regions:
        found = container(env, region, "worker")
        values = {each["name"]: each["value"] for each in found["environment"]}
        assert int(values["WORKER_GRACE_SECONDS"]) < found["stopTimeout"] == 120


def c04_each_program_has_a_role_of_its_own(env: Environment) -> None:
    for region in env.regions:
        found = [container(env, region, program) for program in PROGRAMS]
        roles = {each["taskRoleArn"] for each in found}
        executions = {each["executionRoleArn"] for each in found}
        assert len(roles) == 4
        assert len(executions) == 1
        assert not roles & executions


def c04_workers_of_staging_run_on_spot(env: Environment) -> None:
    [strategy] = service(env, "us-east-1", "worker")["capacityProviderStrategy"]
    wanted = "FARGATE_SPOT" if env.name == "staging" else "FARGATE"
    assert strategy["capacityProvider"] == wanted


def c04_standby_only_reads(env: Environment) -> None:
    for region in env.regions:
        values = {
            each["name"]: each["value"] for each in container(env, region, "web")["environment"]
        }
        is_standby = region != env.regions[0]
        assert values.get("READ_ONLY") == ("1" if is_standby else None)
        assert (service(env, region, "worker")["desiredCount"] == 0) == is_standby


def _policies(env: Environment, region: str) -> dict[str, dict[str, Any]]:
    client = env.client("application-autoscaling", region)
    found = client.describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"]
    return {
        each["PolicyName"].removeprefix(f"autoblog-{env.name}-"): each[
            "TargetTrackingScalingPolicyConfiguration"
        ]
        for each in found
    }


def c05_web_follows_its_own_load(env: Environment) -> None:
    for region in env.regions:
        policies = _policies(env, region)
        targets = {name: policies[f"web-{name}"]["TargetValue"] for name in ("cpu", "memory")}
        assert targets == {"cpu": 70, "memory": 80}
        metric = policies["web-requests"]["PredefinedMetricSpecification"]
        assert metric["PredefinedMetricType"] == "ALBRequestCountPerTarget"


def c05_workers_follow_what_waits_for_them(env: Environment) -> None:
    policies = _policies(env, env.regions[0])
    metrics = policies["worker-backlog"]["CustomizedMetricSpecification"]["Metrics"]
    [expression] = [each["Expression"] for each in metrics if "Expression" in each]
    names = {each["MetricStat"]["Metric"]["MetricName"] for each in metrics if "MetricStat" in each}
    assert names == {"QueueDepth", "RunningTaskCount"}
    assert expression.startswith("backlog /")
    assert {"worker-cpu", "worker-memory"} <= set(policies)


def c05_floors_follow_the_clock_in_production(env: Environment) -> None:
    client = env.client("application-autoscaling")
    actions = client.describe_scheduled_actions(ServiceNamespace="ecs")["ScheduledActions"]
    assert len(actions) == (4 if env.name == "production" else 0)
