"""A worker alone, without beat, keeps the time of an update and tells of it."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from blog.models import Post
from publishing.channels import webhook
from publishing.journey.sink import Sink
from publishing.models import Channel, Delivery
from tests.blog.test_timed_updates import make_update
from tests.functional import parts

pytestmark = [
    pytest.mark.process,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def test_readers_get_the_update_and_channels_hear_of_it_once(tmp_path: Path) -> None:
    with Sink() as sink, parts.running(tmp_path, "worker") as running:
        yesterday = timezone.now() - timedelta(days=1)
        channel = Channel.objects.create(name="Partner", url=sink.url, created_at=yesterday)
        sink.secret = webhook.secret_of(channel)
        post = make_update(timezone.now() + timedelta(seconds=10), title="Newer words")
        assert post.update_at is not None

        running.wait_for(lambda: Post.objects.get(pk=post.pk).title == "Newer words", "The update")
        told = Delivery.objects.filter(status=Delivery.Status.DELIVERED).order_by("created_at")
        running.wait_for(lambda: told.count() >= 2, "The two messages")

    shown = Post.objects.get(pk=post.pk)
    assert (shown.update_revision, shown.update_at) == (None, None)
    assert list(told.values_list("event", "revision__number")) == [
        ("post.published", 1),
        ("post.updated", 2),
    ]
    assert Delivery.objects.count() == 2
