"""CloudFront: cache policies, origin groups, and fields that do not come back."""

from dataclasses import dataclass, field
from typing import Any

from moto.cloudfront import models, urls
from moto.cloudfront.responses import CloudFrontResponse
from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, EmptyResult
from moto.moto_api._internal import mock_random

from tests.infra.aws.patching import after, operation


class NoSuchCachePolicy(ServiceException):
    """There is none of this name; Terraform reads so what it has just deleted."""

    code = "NoSuchCachePolicy"


@dataclass
class CachePolicy:
    """What was asked for, and the name that AWS gave it."""

    config: dict[str, Any]
    id: str = field(default_factory=lambda: str(mock_random.uuid4()))

    def answer(self) -> ActionResult:
        """Return it as each of the operations does."""
        policy = {
            "Id": self.id,
            "LastModifiedTime": "2021-11-27T10:34:26Z",
            "CachePolicyConfig": self.config,
        }
        return ActionResult({"CachePolicy": policy, "ETag": self.id})


_policies: dict[str, CachePolicy] = {}


def _policy(service: CloudFrontResponse) -> CachePolicy:
    name = service._get_param("Id")
    if name not in _policies:
        raise NoSuchCachePolicy(f"There is no cache policy {name}.")
    return _policies[name]


@operation(CloudFrontResponse)
def create_cache_policy(self: CloudFrontResponse) -> ActionResult:
    policy = CachePolicy(self._get_param("CachePolicyConfig"))
    _policies[policy.id] = policy
    return policy.answer()


@operation(CloudFrontResponse)
def get_cache_policy(self: CloudFrontResponse) -> ActionResult:
    return _policy(self).answer()


@operation(CloudFrontResponse)
def update_cache_policy(self: CloudFrontResponse) -> ActionResult:
    policy = _policy(self)
    policy.config = self._get_param("CachePolicyConfig")
    return policy.answer()


@operation(CloudFrontResponse)
def delete_cache_policy(self: CloudFrontResponse) -> ActionResult:
    del _policies[_policy(self).id]
    return EmptyResult()


for _path in ("cache-policy$", "cache-policy/(?P<policy_id>[^/]+)$"):
    urls.url_paths["{0}/2020-05-31/" + _path] = CloudFrontResponse.dispatch


# moto knows single origins only, and refuses a behaviour that leads to a group of them.
_make_config = models.DistributionConfig.__init__


def _config_with_groups(self: models.DistributionConfig, config: dict[str, Any]) -> None:
    behaviour = config["DefaultCacheBehavior"]
    target = behaviour["TargetOriginId"]
    behaviour["TargetOriginId"] = config["Origins"]["Items"][0]["Id"]
    _make_config(self, config)
    self.DefaultCacheBehavior.target_origin_id = target  # type: ignore[attr-defined]


models.DistributionConfig.__init__ = _config_with_groups  # type: ignore[method-assign]


@after(models.DefaultCacheBehaviour, "__init__")
def _forward_by_policy(self: Any, _none: None, config: dict[str, Any]) -> None:
    if config.get("CachePolicyId"):
        self.forwarded_values = None


@after(models.ViewerCertificate, "__init__")
def _own_certificate(self: Any, _none: None, _config: dict[str, Any]) -> None:
    if self.acm_certificate_arn:
        self.cloud_front_default_certificate = False


@after(models.Origin, "__init__")
def _access_control(self: Any, _none: None, origin: dict[str, Any]) -> None:
    self.origin_access_control_id = origin.get("OriginAccessControlId") or ""
