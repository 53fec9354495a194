"""A client's address can't be made up by the client."""

import pytest
import structlog
from django.test import RequestFactory

from config.clients import address_of


@pytest.mark.parametrize(
    ("trusted", "expected"), [(0, "192.0.2.1"), (1, "198.51.100.7"), (2, "203.0.113.9")]
)
def test_only_trusted_proxies_are_believed(settings, trusted: int, expected: str) -> None:
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": trusted}
    forwarded = "10.0.0.1, 203.0.113.9, 198.51.100.7"
    request = RequestFactory().get(
        "/", REMOTE_ADDR="192.0.2.1", headers={"x-forwarded-for": forwarded}
    )

    assert address_of(request) == expected


@pytest.mark.django_db
def test_the_logs_do_not_believe_a_client_either(client, monkeypatch) -> None:
    seen = {}
    monkeypatch.setattr(
        "blog.seo.absolute", lambda path: seen.update(structlog.contextvars.get_contextvars())
    )

    client.get("/robots.txt", REMOTE_ADDR="192.0.2.1", headers={"x-forwarded-for": "10.0.0.1"})

    assert seen["ip"] == "192.0.2.1"
