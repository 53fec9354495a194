"""ElastiCache: parameter groups, and the nodes of a replication group."""

import re
from typing import Any

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, EmptyResult
from moto.elasticache import models
from moto.elasticache.responses import ElastiCacheResponse as Service

from tests.infra.aws.patching import after, operation

_KINDS = "cluster|snapshot|user|replicationgroup|subnetgroup|parametergroup"


@after(models.ElastiCacheBackend, "__init__")
def _know_all_kinds(self: Any, _none: None, *_args: Any, **_kwargs: Any) -> None:
    """Tags of groups can be asked for, not only those of clusters."""
    self.arn_regex = re.compile(rf"^arn:aws:elasticache:.*:.*:({_KINDS}):.*$")
    self.parameter_groups = {}


# -- Replication groups ----------------------------------------------------------------------------
_make_group = models.ReplicationGroup.__init__
# What a node has of its group, beside what is set below.
_NODE_FIELDS = (
    *("account_id", "region_name", "replication_group_id", "cache_node_type", "engine"),
    *("engine_version", "cache_parameter_group_name", "cache_subnet_group_name", "port"),
    *("transit_encryption_enabled", "preferred_maintenance_window", "auth_token"),
    *("auto_minor_version_upgrade", "snapshot_retention_limit", "snapshot_window"),
    *("security_group_ids",),
)
_NODE_NOTHINGS = (
    *("az_mode", "preferred_availability_zone", "snapshot_name", "notification_topic_arn"),
    *("outpost_mode", "preferred_outpost_arn", "preferred_availability_zones", "tags"),
    *("cache_security_group_names", "snapshot_arns", "preferred_outpost_arns"),
)
_NODE_LISTS = (
    "log_delivery_configurations",
    "cache_node_ids_to_remove",
    "cache_node_ids_to_reboot",
)


def _group_with_nodes(self: Any, **asked: Any) -> None:
    """Make as many nodes as were asked for, and let them be found, as AWS does."""
    # moto looks at replicas_per_node_group, which is for groups with shards.
    asked["replicas_per_node_group"] = (asked["num_cache_clusters"] or 1) - 1
    if asked["transit_encryption_enabled"]:
        asked["transit_encryption_mode"] = "required"
    _make_group(self, **asked)
    backend = models.elasticache_backends[asked["account_id"]][asked["region_name"]]
    for name in self.member_clusters:
        backend.cache_clusters[name] = _node(name, asked)


def _node(name: str, asked: dict[str, Any]) -> models.CacheCluster:
    node: Any = models.CacheCluster(
        cache_cluster_id=name,
        num_cache_nodes=1,
        network_type="ipv4",
        ip_discovery="ipv4",
        **{field: asked[field] for field in _NODE_FIELDS},
        **dict.fromkeys(_NODE_NOTHINGS),
        **{field: [] for field in _NODE_LISTS},
    )
    node.engine_version = f"{asked['engine_version']}.0"
    node.cache_parameter_group = {
        "cache_parameter_group_name": asked["cache_parameter_group_name"],
        "parameter_apply_status": "in-sync",
    }
    node.security_groups = [
        {"security_group_id": group, "status": "active"} for group in asked["security_group_ids"]
    ]
    node.at_rest_encryption_enabled = asked["at_rest_encryption_enabled"]
    node.transit_encryption_mode = asked["transit_encryption_mode"]
    return node


models.ReplicationGroup.__init__ = _group_with_nodes  # type: ignore[method-assign]


@after(models.ElastiCacheBackend, "delete_replication_group")
def _delete_nodes(self: Any, group: Any, replication_group_id: str, *_: Any, **__: Any) -> None:
    """Take the nodes away, and the group, which moto shows as being deleted for ever."""
    for name in group.member_clusters:
        self.cache_clusters.pop(name, None)
    self.replication_groups.pop(replication_group_id, None)


@operation(Service)
def delete_cache_subnet_group(self: Service) -> ActionResult:
    name = self._get_param("CacheSubnetGroupName")
    self.elasticache_backend.cache_subnet_groups.pop(name, None)
    return EmptyResult()


# -- Parameter groups ------------------------------------------------------------------------------
class CacheParameterGroupNotFound(ServiceException):
    """There is none of this name; Terraform reads so what it has just deleted."""

    code = "CacheParameterGroupNotFound"


def _groups(service: Service) -> dict[str, Any]:
    groups: dict[str, Any] = service.elasticache_backend.parameter_groups  # type: ignore[attr-defined]
    return groups


def _group(service: Service) -> dict[str, Any]:
    name = service._get_param("CacheParameterGroupName")
    if name not in _groups(service):
        raise CacheParameterGroupNotFound(f"CacheParameterGroup {name} not found")
    found: dict[str, Any] = _groups(service)[name]
    return found


@operation(Service)
def create_cache_parameter_group(self: Service) -> ActionResult:
    asked = self._get_params()
    name = asked["CacheParameterGroupName"]
    arn = f"arn:aws:elasticache:{self.region}:{self.current_account}:parametergroup:{name}"
    self.elasticache_backend.tagging_service.tag_resource(arn, asked.get("Tags") or [])
    group = {
        "CacheParameterGroupName": name,
        "CacheParameterGroupFamily": asked["CacheParameterGroupFamily"],
        "Description": asked.get("Description"),
        "ARN": arn,
        "IsGlobal": False,
    }
    _groups(self)[name] = {"group": group, "values": {}}
    return ActionResult({"CacheParameterGroup": group})


@operation(Service)
def describe_cache_parameter_groups(self: Service) -> ActionResult:
    named = self._get_param("CacheParameterGroupName")
    found = [_group(self)] if named else list(_groups(self).values())
    return ActionResult({"CacheParameterGroups": [each["group"] for each in found]})


@operation(Service)
def modify_cache_parameter_group(self: Service) -> ActionResult:
    for pair in self._get_params()["ParameterNameValues"]:
        _group(self)["values"][pair["ParameterName"]] = pair["ParameterValue"]
    return ActionResult({"CacheParameterGroupName": self._get_param("CacheParameterGroupName")})


@operation(Service)
def describe_cache_parameters(self: Service) -> ActionResult:
    values = [
        {"ParameterName": name, "ParameterValue": value, "Source": "user"}
        for name, value in _group(self)["values"].items()
    ]
    return ActionResult({"Parameters": values})


@operation(Service)
def delete_cache_parameter_group(self: Service) -> ActionResult:
    del _groups(self)[_group(self)["group"]["CacheParameterGroupName"]]
    return EmptyResult()
