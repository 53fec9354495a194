"""S3: policies with conditions, and what a replication does with deletions."""

import json
from typing import Any

from moto.core.responses import ActionResult
from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.s3.exceptions import ReplicationConfigurationNotFoundError
from moto.s3.models import FakeBucket
from moto.s3.responses import S3Response


def _permission(self: FakeBucket, action: str, resource: str) -> Any:
    """Leave out statements with a condition: moto takes each for fulfilled, and refuses all.

    "Nothing without TLS" would refuse everything: this server speaks plain HTTP.
    """
    if self.policy is None:
        return PermissionResult.NEUTRAL
    policy = json.loads(self.policy)
    statements = [each for each in policy["Statement"] if "Condition" not in each]
    if not statements:
        return PermissionResult.NEUTRAL
    document = json.dumps({**policy, "Statement": statements})
    return IAMPolicy(document).is_action_permitted(action, resource)


FakeBucket.get_permission = _permission  # type: ignore[method-assign]


def _replication(self: S3Response) -> Any:
    """Say of deletions what was asked for: moto says always that they are not copied."""
    self.data["Action"] = "GetBucketReplication"
    kept = self.backend.get_bucket_replication(self.bucket_name)
    if not kept:
        raise ReplicationConfigurationNotFoundError(bucket_name=self.bucket_name)
    fields = ("ID", "Priority", "Status", "Destination", "DeleteMarkerReplication")
    rules = [
        {name: rule[name] for name in fields} | {"Filter": {"Prefix": ""}} for rule in kept["Rule"]
    ]
    answer = {"ReplicationConfiguration": {"Role": kept["Role"], "Rules": rules}}
    return self.serialized(ActionResult(answer))


S3Response.get_bucket_replication = _replication  # type: ignore[method-assign]
