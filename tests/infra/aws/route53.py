"""Route 53: health checks that look at an alarm."""

from typing import Any

from moto.core.responses import ActionResult
from moto.route53 import models
from moto.route53.responses import Route53 as Service

from tests.infra.aws.patching import after

_ALARM_FIELDS = ("AlarmIdentifier", "InsufficientDataHealthStatus")


@after(Service, "create_health_check")
def _keep_alarm(self: Service, answer: ActionResult) -> None:
    config = self._get_param("HealthCheckConfig")
    check = answer.result["HealthCheck"]  # type: ignore[index]
    check.alarm = {name: config[name] for name in _ALARM_FIELDS if name in config}


_config: Any = models.HealthCheck.health_check_config.fget


def _config_with_alarm(self: models.HealthCheck) -> dict[str, Any]:
    if self.type_ != "CLOUDWATCH_METRIC":
        return _config(self)  # type: ignore[no-any-return]
    # It asks no server, so it has no address and no interval.
    asked = {"Type": self.type_, "Inverted": self.inverted, "Disabled": self.disabled}
    return asked | self.alarm  # type: ignore[attr-defined, no-any-return]


models.HealthCheck.health_check_config = property(_config_with_alarm)  # type: ignore[assignment]
