"""VPC: the description of a security group's rule, wherever it was said."""

from typing import Any

from moto.ec2.models.security_groups import SecurityGroupRule

from tests.infra.aws.patching import after


@after(SecurityGroupRule, "__init__")
def _keep_description(self: Any, _none: None, *args: Any, **asked: Any) -> None:
    prefix_list = args[7] if len(args) > 7 else asked.get("prefix_list_id")
    self.said_of_prefix_list = (prefix_list or {}).get("Description")


def _description(self: Any) -> str | None:
    """Look beside addresses also at the group or the list that the rule is about."""
    return (
        self.ip_range.get("Description")
        or self.source_group.get("Description")
        or self.said_of_prefix_list
    )


SecurityGroupRule.description = property(_description)  # type: ignore[assignment]
