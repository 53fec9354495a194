"""API Gateway: a domain name is available as soon as it is made, and Terraform waits for that."""

from typing import Any

from moto.apigatewayv2.models import DomainName

from tests.infra.aws.patching import after


@after(DomainName, "__init__")
def _be_available(self: Any, _none: None, *_args: Any, **_asked: Any) -> None:
    self.mutual_tls_authentication = self.mutual_tls_authentication or None
    for each in self.domain_name_configurations:
        each["domainNameStatus"] = "AVAILABLE"
        each["apiGatewayDomainName"] = f"d-{self.domain_name}.execute-api.us-east-1.amazonaws.com"
        each["hostedZoneId"] = "Z1UJRXOUMOOFQ8"
