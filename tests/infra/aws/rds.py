"""RDS: monitoring and replicas as AWS keeps them, and each instance with an id of its own."""

from typing import Any

from moto.core.responses import ActionResult
from moto.moto_api._internal import mock_random
from moto.rds import models
from moto.rds.exceptions import RDSClientError
from moto.rds.responses import RDSResponse

from tests.infra.aws.patching import after


def _echo(instance: Any, asked: dict[str, Any]) -> None:
    """Keep what moto accepts and does not give back."""
    # Terraform finds an instance by it, and moto gives all the same.
    instance.dbi_resource_id = f"db-{mock_random.get_random_hex(26).upper()}"
    instance.performance_insights_enabled = bool(asked.get("enable_performance_insights"))
    instance.performance_insights_kms_key_id = asked.get("performance_insights_kms_key_id")
    instance.performance_insights_retention_period = 7
    instance.monitoring_interval = int(asked.get("monitoring_interval") or 0)
    instance.monitoring_role_arn = asked.get("monitoring_role_arn")


@after(models.DBInstance, "__init__")
def _echo_instance(self: Any, _none: None, *_args: Any, **asked: Any) -> None:
    _echo(self, asked)


_copy = models.RDSBackend.create_db_instance_read_replica


def _replica(self: Any, asked: dict[str, Any]) -> Any:
    """Make an instance with settings of its own: moto's is a copy of its source in all."""
    source = self.find_db_from_id(asked["source_db_instance_identifier"])
    if source.manage_master_user_password:
        # As AWS has it; moto would let a design pass that cannot be built.
        raise RDSClientError(
            "InvalidParameterValue", "A managed password is not supported with read replicas."
        )
    replica = _copy(self, dict(asked))
    _echo(replica, asked)
    replica.replicas = []
    replica.multi_az = bool(asked.get("multi_az"))
    replica.deletion_protection = bool(asked.get("deletion_protection"))
    replica.backup_retention_period = int(asked.get("backup_retention_period") or 0)
    replica.enabled_cloudwatch_logs_exports = asked.get("enable_cloudwatch_logs_exports") or []
    return replica


models.RDSBackend.create_db_instance_read_replica = _replica  # type: ignore[method-assign]


@after(RDSResponse, "describe_db_parameters")
def _say_who_set_it(_self: Any, answer: ActionResult) -> ActionResult:
    """Terraform compares only what a user has set."""
    parameters = list(answer.result["Parameters"])  # type: ignore[index]
    for parameter in parameters:
        parameter["Source"] = "user"
    return ActionResult({"Parameters": parameters})


@after(models.RDSBackend, "promote_read_replica")
def _follow_nobody(_self: Any, instance: Any, *_args: Any) -> None:
    """Name no source any more, as AWS does."""
    instance.source_db_instance_identifier = None
