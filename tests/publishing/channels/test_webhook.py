"""Webhooks against a real HTTP server: what it receives, and what comes of each of its answers."""

import base64
import hashlib
import hmac
import json
import socket
import threading
import time
from datetime import timedelta
from email.utils import format_datetime

import pytest
from django.utils import timezone
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from publishing import distribution, workflow
from publishing.channels import webhook
from publishing.models import Channel, Delivery
from tests.factories import make_post, make_user

pytestmark = pytest.mark.django_db

STATUS = Delivery.Status


@pytest.fixture
def channel(httpserver: HTTPServer) -> Channel:
    return Channel.objects.create(
        name="Partner",
        url=httpserver.url_for("/hook"),
        created_at=timezone.now() - timedelta(days=1),
        announced_until=timezone.now() - timedelta(days=1),
    )


def _deliver(**content: object) -> Delivery:
    make_post(live=True, **content)
    distribution.sweep()
    return Delivery.objects.get()


def _is_signed(request: Request, secret: str) -> bool:
    """Verify as a receiver does, from the specification."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{request.headers['webhook-id']}.{request.headers['webhook-timestamp']}.".encode()
    digest = hmac.new(key, signed + request.get_data(), hashlib.sha256).digest()
    wanted = "v1," + base64.b64encode(digest).decode()
    return wanted in request.headers["webhook-signature"].split(" ")


def test_a_receiver_gets_a_thin_signed_message(httpserver: HTTPServer, channel: Channel, settings):
    settings.SITE_URL = "https://blog.example"
    httpserver.expect_oneshot_request("/hook", method="POST").respond_with_data(status=202)

    delivery = _deliver(title="Größe zählt", slug="groesse", is_ai_generated=True)

    request, _ = httpserver.log[0]
    assert _is_signed(request, webhook.secret_of(channel))
    assert request.headers["webhook-id"] == str(delivery.pk)
    assert abs(int(request.headers["webhook-timestamp"]) - time.time()) < 60
    assert request.content_type == "application/json"
    assert json.loads(request.get_data()) == {
        "type": "post.published",
        "timestamp": delivery.created_at.isoformat(),
        "data": {
            "post_id": delivery.post_id,
            "revision": 1,
            "url": "https://blog.example/posts/groesse/",
            "title": "Größe zählt",
            "language": "en",
            "published_at": delivery.post.publish_at.isoformat(),
            "is_ai_generated": True,
            "is_sample": False,
        },
    }
    assert (delivery.status, delivery.response_status) == (STATUS.DELIVERED, 202)
    assert delivery.delivered_at is not None


def test_a_withdrawal_says_which_address_went_away(httpserver: HTTPServer, channel: Channel):
    httpserver.expect_request("/hook").respond_with_data(status=200)
    delivery = _deliver(slug="wrong")
    workflow.withdraw(delivery.post, by=make_user("Publishers"))

    distribution.sweep()

    message = json.loads(httpserver.log[-1][0].get_data())
    assert message["type"] == "post.withdrawn"
    assert message["data"]["url"].endswith("/posts/wrong/")
    assert message["data"]["published_at"] is None


def test_each_attempt_has_the_same_id_and_a_signature_of_its_own_time(
    httpserver: HTTPServer, channel: Channel
):
    httpserver.expect_oneshot_request("/hook").respond_with_data("busy", status=503)
    httpserver.expect_request("/hook").respond_with_data(status=200)
    delivery = _deliver()
    assert delivery.status == STATUS.PENDING
    assert delivery.problem == "The receiver answered 503: busy"

    distribution.sweep(delivery.next_attempt_at)

    delivery.refresh_from_db()
    first, second = (request for request, _ in httpserver.log)
    assert delivery.status == STATUS.DELIVERED
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.get_data() == second.get_data()
    assert all(_is_signed(request, webhook.secret_of(channel)) for request in (first, second))


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500, 502])
def test_an_error_status_means_not_delivered(httpserver: HTTPServer, channel: Channel, status: int):
    httpserver.expect_request("/hook").respond_with_data(status=status)

    delivery = _deliver()

    assert (delivery.status, delivery.response_status) == (STATUS.PENDING, status)
    assert delivery.problem == f"The receiver answered {status}."


def test_a_redirect_is_not_followed(httpserver: HTTPServer, channel: Channel):
    elsewhere = httpserver.url_for("/elsewhere")
    httpserver.expect_request("/hook").respond_with_data(
        status=308, headers={"Location": elsewhere}
    )

    delivery = _deliver()

    assert [request.path for request, _ in httpserver.log] == ["/hook"]
    assert delivery.status == STATUS.PENDING
    assert "give the channel the final address" in delivery.problem


def test_a_receiver_that_does_not_answer_is_not_waited_for(
    httpserver: HTTPServer, channel: Channel, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(webhook, "TIMEOUT_SECONDS", 0.3)
    given_up = threading.Event()

    def hang(_: Request) -> Response:
        given_up.wait(30)
        return Response(status=200)

    httpserver.expect_request("/hook").respond_with_handler(hang)
    started = time.monotonic()
    try:
        delivery = _deliver()
    finally:
        given_up.set()

    assert time.monotonic() - started < 10
    assert delivery.status == STATUS.PENDING
    assert "did not answer in time" in delivery.problem


def test_a_receiver_that_is_down_is_tried_again(channel: Channel, unused_port: int):
    Channel.objects.update(url=f"http://127.0.0.1:{unused_port}/hook")

    delivery = _deliver()

    assert (delivery.status, delivery.response_status) == (STATUS.PENDING, None)
    assert "No connection" in delivery.problem


def test_a_receiver_that_is_gone_switches_its_channel_off(httpserver: HTTPServer, channel: Channel):
    httpserver.expect_request("/hook").respond_with_data(status=410)

    delivery = _deliver()

    channel.refresh_from_db()
    assert (delivery.status, channel.is_enabled) == (STATUS.DEAD, False)
    assert "switched off" in delivery.problem


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_a_receiver_may_ask_for_a_pause(httpserver: HTTPServer, channel: Channel, form: str):
    at = timezone.now() + timedelta(minutes=10)
    asked_for = "600" if form == "seconds" else format_datetime(at)
    httpserver.expect_request("/hook").respond_with_data(
        status=429, headers={"Retry-After": asked_for}
    )

    delivery = _deliver()

    assert abs((delivery.next_attempt_at - at).total_seconds()) < 5


@pytest.mark.parametrize(
    ("asked_for", "days"), [("9" * 20, 1), ("9" * 400, 1), ("soon", 0), ("-5", 0), ("1e9", 0)]
)
def test_no_pause_is_longer_than_a_day_and_nonsense_is_none(
    httpserver: HTTPServer, channel: Channel, asked_for: str, days: int
):
    httpserver.expect_request("/hook").respond_with_data(
        status=429, headers={"Retry-After": asked_for}
    )

    delivery = _deliver()

    until = timezone.now() + timedelta(days=days)
    assert abs((delivery.next_attempt_at - until).total_seconds()) < 10


def test_an_address_inside_the_network_is_never_called(channel: Channel, settings):
    settings.FETCH_ALLOWED_PRIVATE_HOSTS = []
    Channel.objects.update(url="http://169.254.169.254/latest/meta-data/")

    delivery = _deliver()

    assert delivery.status == STATUS.DEAD
    assert delivery.response_status is None


class TestSecrets:
    def test_are_32_bytes_and_differ_between_channels(self, channel: Channel) -> None:
        other = Channel.objects.create(name="Other", url="https://other.example/")
        secrets = {webhook.secret_of(channel), webhook.secret_of(other)}

        assert len(secrets) == 2
        assert all(len(base64.b64decode(secret[6:])) == 32 for secret in secrets)

    def test_are_not_in_the_database(self, channel: Channel) -> None:
        row = Channel.objects.values().get()

        assert webhook.secret_of(channel)[6:] not in json.dumps(row, default=str)

    def test_can_be_replaced(self, channel: Channel) -> None:
        old = webhook.secret_of(channel)

        new = webhook.rotate_secret(channel)

        channel.refresh_from_db()
        assert new == webhook.secret_of(channel) != old

    def test_of_the_old_site_key_are_honoured_while_it_is_rotated(
        self, httpserver: HTTPServer, channel: Channel, settings
    ) -> None:
        httpserver.expect_request("/hook").respond_with_data(status=200)
        old = webhook.secret_of(channel)
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
        settings.SECRET_KEY = "the next one"

        _deliver()

        request, _ = httpserver.log[0]
        assert webhook.secret_of(channel) != old
        assert _is_signed(request, old)
        assert _is_signed(request, webhook.secret_of(channel))


@pytest.fixture
def unused_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port
