"""Components 1 to 3: load balancer, CDN with its firewall, API gateway."""

from typing import Any

from tests.infra.environments import Environment


def _balancer(env: Environment, region: str, name: str = "") -> dict[str, Any]:
    name = name or f"autoblog-{env.name}"
    found = env.client("elbv2", region).describe_load_balancers(Names=[name])
    return found["LoadBalancers"][0]


def c01_load_balancer_answers_https_and_redirects_http(env: Environment) -> None:
    for region in env.regions:
        client = env.client("elbv2", region)
        arn = _balancer(env, region)["LoadBalancerArn"]
        listeners = client.describe_listeners(LoadBalancerArn=arn)["Listeners"]
        by_port = {each["Port"]: each for each in listeners}
        assert by_port[80]["DefaultActions"][0]["RedirectConfig"]["Protocol"] == "HTTPS"
        certificate = by_port[443]["Certificates"][0]["CertificateArn"]
        found = env.client("acm", region).describe_certificate(CertificateArn=certificate)
        assert found["Certificate"]["Status"] == "ISSUED"


def c01_load_balancer_logs_and_is_protected_in_production(env: Environment) -> None:
    for region in env.regions:
        arn = _balancer(env, region)["LoadBalancerArn"]
        said = env.client("elbv2", region).describe_load_balancer_attributes(LoadBalancerArn=arn)
        values = {each["Key"]: each["Value"] for each in said["Attributes"]}
        assert values["access_logs.s3.enabled"] == "true"
        protected = values["deletion_protection.enabled"]
        assert protected == ("true" if env.name == "production" else "false")


def c01_load_balancer_asks_whether_web_is_ready(env: Environment) -> None:
    for region in env.regions:
        for group in env.client("elbv2", region).describe_target_groups()["TargetGroups"]:
            assert group["HealthCheckPath"] == "/health/ready"


def c02_load_balancer_answers_cloudfront_alone(env: Environment) -> None:
    for region in env.regions:
        client = env.client("elbv2", region)
        arn = _balancer(env, region)["LoadBalancerArn"]
        [https] = [
            each
            for each in client.describe_listeners(LoadBalancerArn=arn)["Listeners"]
            if each["Port"] == 443
        ]
        assert https["DefaultActions"][0]["FixedResponseConfig"]["StatusCode"] == "403"
        rules = client.describe_rules(ListenerArn=https["ListenerArn"])["Rules"]
        [rule] = [each for each in rules if not each["IsDefault"]]
        header = rule["Conditions"][0]["HttpHeaderConfig"]
        sent = {
            pair["HeaderValue"]
            for origin in _site(env)["Origins"]["Items"]
            for pair in origin["CustomHeaders"].get("Items", [])
        }
        assert header["HttpHeaderName"] == "X-Origin-Secret"
        assert set(header["Values"]) == sent
        ec2 = env.client("ec2", region)
        filters = [{"Name": "group-name", "Values": [f"autoblog-{env.name}-alb"]}]
        [group] = ec2.describe_security_groups(Filters=filters)["SecurityGroups"]
        for permission in group["IpPermissions"]:
            assert permission["PrefixListIds"]
            assert not permission["IpRanges"]


def _site(env: Environment) -> dict[str, Any]:
    return _distributions(env)[f"autoblog-{env.name}"]


def _distributions(env: Environment) -> dict[str, dict[str, Any]]:
    client = env.client("cloudfront")
    items = client.list_distributions()["DistributionList"].get("Items", [])
    configs = [client.get_distribution_config(Id=each["Id"]) for each in items]
    return {each["DistributionConfig"]["Comment"]: each["DistributionConfig"] for each in configs}


def c02_pages_are_kept_as_the_application_says(env: Environment) -> None:
    behaviour = _site(env)["DefaultCacheBehavior"]
    client = env.client("cloudfront")
    policy = client.get_cache_policy(Id=behaviour["CachePolicyId"])["CachePolicy"]
    config = policy["CachePolicyConfig"]
    key = config["ParametersInCacheKeyAndForwardedToOrigin"]
    assert (config["MinTTL"], config["DefaultTTL"]) == (0, 0)
    assert key["CookiesConfig"]["CookieBehavior"] == "none"
    assert key["HeadersConfig"]["Headers"]["Items"] == ["Host"]


def c02_admin_api_and_previews_are_never_kept(env: Environment) -> None:
    disabled = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
    behaviours = {each["PathPattern"]: each for each in _site(env)["CacheBehaviors"]["Items"]}
    for path in ("/admin/*", "/api/*", "/preview/*", "/health/*"):
        assert behaviours[path]["CachePolicyId"] == disabled
        assert "POST" in behaviours[path]["AllowedMethods"]["Items"]
        assert behaviours[path]["TargetOriginId"] == "leader"


def c02_media_come_from_the_bucket_by_access_control(env: Environment) -> None:
    media = _distributions(env)[f"autoblog-{env.name}: media"]
    origins = media["Origins"]["Items"]
    assert len(origins) == len(env.regions)
    for origin in origins:
        assert origin["OriginAccessControlId"]
        assert "-media-" in origin["DomainName"]


def c02_second_region_takes_over_reads(env: Environment) -> None:
    groups = {each["Id"]: each for each in _site(env)["OriginGroups"].get("Items", [])}
    records = env.client("route53").list_resource_record_sets(HostedZoneId=_zone(env))
    leaders = [each for each in records["ResourceRecordSets"] if "Failover" in each]
    if env.name == "staging":
        assert "pages" not in groups
        assert [each["Failover"] for each in leaders] == ["PRIMARY"]
    else:
        members = [each["OriginId"] for each in groups["pages"]["Members"]["Items"]]
        assert members == ["leader", "standby"]
        assert sorted(each["Failover"] for each in leaders) == ["PRIMARY", "SECONDARY"]


def _zone(env: Environment) -> str:
    zone: str = env.client("route53").list_hosted_zones()["HostedZones"][0]["Id"]
    return zone


def c02_firewall_has_managed_rules_and_a_limit(env: Environment) -> None:
    client = env.client("wafv2")
    [summary] = client.list_web_acls(Scope="CLOUDFRONT")["WebACLs"]
    acl = client.get_web_acl(Name=summary["Name"], Id=summary["Id"], Scope="CLOUDFRONT")["WebACL"]
    statements = [rule["Statement"] for rule in acl["Rules"]]
    assert sum("ManagedRuleGroupStatement" in each for each in statements) == 4
    assert sum("RateBasedStatement" in each for each in statements) == 1
    assert all(each["WebACLId"] == acl["ARN"] for each in _distributions(env).values())


def c03_api_gateway_is_throttled_and_logged(env: Environment) -> None:
    client = env.client("apigatewayv2")
    apis = client.get_apis()["Items"]
    if env.name == "production":
        assert apis == []
        return
    [api] = apis
    [stage] = client.get_stages(ApiId=api["ApiId"])["Items"]
    assert stage["DefaultRouteSettings"]["ThrottlingRateLimit"] == 20
    assert stage["AccessLogSettings"]["DestinationArn"]
    [integration] = client.get_integrations(ApiId=api["ApiId"])["Items"]
    assert integration["ConnectionType"] == "VPC_LINK"
    internal = _balancer(env, "us-east-1", f"autoblog-{env.name}-internal")
    assert internal["Scheme"] == "internal"
