"""Application Auto Scaling: tags of targets, which Terraform asks for and moto has no place for."""

import json
from typing import Any

from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse as Service

from tests.infra.aws.patching import after, operation

_tags: dict[str, dict[str, str]] = {}


@after(Service, "register_scalable_target")
def _keep_tags(self: Service, _answer: str) -> None:
    where = [self._get_param(name) for name in ("ServiceNamespace", "ResourceId")]
    dimension = self._get_param("ScalableDimension")
    targets = self.applicationautoscaling_backend.describe_scalable_targets(
        where[0], [where[1]], dimension
    )
    for target in targets:
        _tags.setdefault(target.arn, {}).update(self._get_param("Tags") or {})


@operation(Service)
def list_tags_for_resource(self: Service) -> str:
    return json.dumps({"Tags": _tags.get(self._get_param("ResourceARN"), {})})


@operation(Service)
def tag_resource(self: Service) -> str:
    _tags.setdefault(self._get_param("ResourceARN"), {}).update(self._get_param("Tags"))
    return "{}"


@operation(Service)
def untag_resource(self: Service) -> str:
    kept: dict[str, Any] = _tags.get(self._get_param("ResourceARN"), {})
    for key in self._get_param("TagKeys"):
        kept.pop(key, None)
    return "{}"
