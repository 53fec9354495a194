"""Component 13: logs that end, a dashboard, alarms that reach somebody."""

import json

from tests.infra.environments import Environment

EVERYWHERE = {
    *("web-cpu", "web-memory", "web-errors", "web-latency", "web-unhealthy", "web-down"),
    *("database-cpu", "database-storage", "database-connections", "certificate"),
}
OF_THE_LEADER = {
    *("worker-cpu", "worker-memory", "backlog-age", "slot-late", "slot-missed", "budget"),
    *("model-errors", "delivery-age", "beat-silent"),
}
OF_THE_EDGE = {"site-down", "cdn-errors", "cdn-certificate"}


def c13_logs_are_kept_for_a_while(env: Environment) -> None:
    for region in env.regions:
        groups = env.client("logs", region).describe_log_groups()["logGroups"]
        days = {each["retentionInDays"] for each in groups}
        assert days == {30 if env.name == "production" else 7}


def c13_alarms_reach_somebody(env: Environment) -> None:
    for region in env.regions:
        topics = {
            each["TopicArn"]
            for each in env.client("sns", region).list_subscriptions()["Subscriptions"]
        }
        # Those that scale have names of their own, and wake nobody.
        ours = env.client("cloudwatch", region).describe_alarms(AlarmNamePrefix="autoblog-")
        for alarm in ours["MetricAlarms"]:
            assert set(alarm["AlarmActions"]) <= topics, alarm["AlarmName"]
            assert "docs/runbook.md" in alarm["AlarmDescription"]


def c13_alarms_watch_what_people_feel(env: Environment) -> None:
    for region in env.regions:
        alarms = env.client("cloudwatch", region).describe_alarms()["MetricAlarms"]
        names = {each["AlarmName"].removeprefix(f"autoblog-{env.name}-") for each in alarms}
        leads = region == env.regions[0]
        wanted = EVERYWHERE | (OF_THE_LEADER | OF_THE_EDGE if leads else {"standby-lag"})
        assert wanted <= names, wanted - names
        assert any(each.startswith("broker-memory") for each in names)
        assert any(each.startswith("broker-evictions") for each in names)
        assert ("replica-lag" in names) == (leads and env.name == "production")


def c13_dashboard_shows_the_blog(env: Environment) -> None:
    for region in env.regions:
        client = env.client("cloudwatch", region)
        body = client.get_dashboard(DashboardName=f"autoblog-{env.name}-{region}")
        widgets = json.loads(body["DashboardBody"])["widgets"]
        shown = {line[1] for each in widgets for line in each["properties"]["metrics"]}
        assert {"QueueAgeSeconds", "SlotLatenessSeconds", "SpendUsd", "ModelErrors"} <= shown
        assert {"5xxErrorRate", "DatabaseConnections", "Evictions"} <= shown
