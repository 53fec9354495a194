"""ECS services: what was asked for comes back, and a roll-out is done at once."""

from moto.core.responses import ActionResult
from moto.ecs.responses import EC2ContainerServiceResponse as Service

from tests.infra.aws.patching import after

_ECHOED = {
    "capacityProviderStrategy": "capacity_provider_strategy",
    "deploymentConfiguration": "deployment_configuration",
    "enableECSManagedTags": "enable_ecs_managed_tags",
    "enableExecuteCommand": "enable_execute_command",
    "healthCheckGracePeriodSeconds": "health_check_grace_period_seconds",
}


@after(Service, "create_service")
def _echo(self: Service, answer: ActionResult) -> None:
    service = answer.result["service"]  # type: ignore[index]
    asked = self._get_params()
    for name, attribute in _ECHOED.items():
        if asked.get(name) is not None:
            setattr(service, attribute, asked[name])
    if asked.get("capacityProviderStrategy"):
        service.launch_type = None
    service.availability_zone_rebalancing = asked.get("availabilityZoneRebalancing") or "DISABLED"
    for deployment in service.deployments:
        deployment["rolloutState"] = "COMPLETED"


@after(Service, "list_clusters")
def _forget_deleted(self: Service, answer: ActionResult) -> None:
    """List what there is: moto goes on listing clusters that were deleted."""
    clusters = self.ecs_backend.clusters.values()
    there = [each.arn for each in clusters if each.status == "ACTIVE"]
    answer.result["clusterArns"] = there  # type: ignore[index]
