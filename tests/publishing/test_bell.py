"""A decision wakes a worker once it is committed, and stands when nobody can be woken."""

import json
import socket
import time
from collections.abc import Iterator

import pytest
from django.db import transaction
from redis import Redis

from config.celery_app import app
from publishing import bell, workflow
from tests.factories import make_post, make_user

pytestmark = pytest.mark.django_db

QUEUE = "publishing"


@pytest.fixture
def queue(settings) -> Iterator[Redis]:
    redis = Redis.from_url(settings.REDIS_URL)
    redis.delete(QUEUE)
    yield redis
    redis.delete(QUEUE)
    redis.close()


@pytest.fixture
def broker_is_down() -> Iterator[None]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        nobody = listener.getsockname()[1]
    original = app.conf.broker_url
    app.conf.broker_url = app.conf.broker_write_url = f"redis://127.0.0.1:{nobody}/0"
    _forget_connections()
    yield
    app.conf.broker_url = app.conf.broker_write_url = original
    _forget_connections()


def _forget_connections() -> None:
    app.pool.force_close_all()
    app._pool = app.amqp._producer_pool = None


def test_rings_once_the_decision_is_committed(
    queue: Redis, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        workflow.submit(make_post(), by=make_user("Writers"))
        assert queue.llen(QUEUE) == 0

    message = json.loads(queue.lindex(QUEUE, 0))
    assert queue.llen(QUEUE) == 1
    assert message["headers"]["task"] == bell.DISTRIBUTE


def test_nobody_has_to_be_there_to_hear_it(
    broker_is_down: None, django_capture_on_commit_callbacks, caplog: pytest.LogCaptureFixture
) -> None:
    post = make_post(in_review=True)
    began = time.monotonic()

    with django_capture_on_commit_callbacks(execute=True):
        workflow.approve(post, by=make_user("Editors"))

    assert post.is_live
    assert "distribution_not_woken" in caplog.text
    assert time.monotonic() - began < 5
