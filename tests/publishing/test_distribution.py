"""Each channel hears of each event once, however many sweeps run and whatever receivers answer."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from blog import revisions, showing
from blog.models import Post
from publishing import channels, distribution, workflow
from publishing.channels import ChannelError, Sent
from publishing.models import Channel, Delivery
from tests.factories import make_draft, make_post, make_user
from tests.generation import tiny

pytestmark = pytest.mark.django_db

EVENT, STATUS = Delivery.Event, Delivery.Status


class Receiver:
    """A channel whose answers are decided by the test, with a history."""

    def __init__(self) -> None:
        self.heard: list[Delivery] = []
        self.problems: dict[str, ChannelError] = {}

    def send(self, delivery: Delivery) -> Sent:
        self.heard.append(delivery)
        if problem := self.problems.get(delivery.channel.name):
            raise problem
        return Sent(204)

    def events(self, name: str = "First") -> list[str]:
        return [delivery.event for delivery in self.heard if delivery.channel.name == name]


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Receiver:
    receiver = Receiver()
    monkeypatch.setitem(channels.SENDERS, "webhook", receiver)
    return receiver


def _channel(name: str = "First", **fields: Any) -> Channel:
    long_ago = timezone.now() - timedelta(days=30)
    return Channel.objects.create(
        **{
            "name": name,
            "url": "https://receiver.example/hook",
            "created_at": long_ago,
            "announced_until": long_ago,
        }
        | fields
    )


@pytest.fixture
def channel() -> Channel:
    return _channel()


def _update(post: Post, **content: Any) -> None:
    revisions.save_revision(post, make_draft(**content), by=make_user("Writers"))
    workflow.submit(post, by=None)
    workflow.approve(post, by=make_user("Editors"))


def _fail(receiver: Receiver, **how: Any) -> None:
    receiver.problems["First"] = ChannelError("The receiver is down.", **how)


class TestAnnouncements:
    def test_tell_the_story_of_a_post_from_its_publication_to_its_withdrawal(
        self, channel: Channel, receiver: Receiver
    ) -> None:
        post = make_post(live=True)
        distribution.sweep()
        _update(post, title="Better")
        distribution.sweep()
        workflow.withdraw(post, by=make_user("Publishers"))
        distribution.sweep()
        distribution.sweep()

        assert receiver.events() == [EVENT.PUBLISHED, EVENT.UPDATED, EVENT.WITHDRAWN]
        assert receiver.heard[-1].revision.number == 2

    def test_tell_of_an_update_with_a_time_to_come_when_readers_get_it_once(
        self, channel: Channel, receiver: Receiver
    ) -> None:
        post = make_post(live=True)
        distribution.sweep()
        revisions.save_revision(post, make_draft(title="Better"), by=None)
        workflow.submit(post, by=None)
        later = timezone.now() + timedelta(hours=1)
        workflow.approve(post, by=make_user("Editors"), publish_at=later)
        distribution.sweep(later)
        assert receiver.events() == [EVENT.PUBLISHED]

        for _ in range(2):
            showing.show_due_updates(later)
            distribution.sweep(later)

        assert receiver.events() == [EVENT.PUBLISHED, EVENT.UPDATED]
        assert receiver.heard[-1].revision.title == "Better"

    def test_begin_again_when_a_withdrawn_post_returns(
        self, channel: Channel, receiver: Receiver
    ) -> None:
        post = make_post(live=True)
        distribution.sweep()
        workflow.withdraw(post, by=make_user("Publishers"))
        workflow.restore(post, by=make_user("Editors"))
        distribution.sweep()
        workflow.submit(post, by=None)
        workflow.approve(post, by=make_user("Publishers"))
        distribution.sweep()

        assert receiver.events() == [EVENT.PUBLISHED, EVENT.WITHDRAWN, EVENT.PUBLISHED]

    def test_wait_for_the_minute_of_publication(self, channel: Channel, receiver: Receiver) -> None:
        at = timezone.now() + timedelta(hours=5)
        make_post(approved=True, publish_at=at)

        distribution.sweep(at - timedelta(seconds=1))
        assert receiver.events() == []

        distribution.sweep(at)
        assert receiver.events() == [EVENT.PUBLISHED]

    @pytest.mark.parametrize("state", [{}, {"in_review": True}, {"approved": True}])
    def test_say_nothing_of_what_readers_cannot_see(
        self, channel: Channel, receiver: Receiver, state: dict[str, bool]
    ) -> None:
        post = make_post(**state)
        workflow.withdraw(post, by=make_user("Publishers"))

        distribution.sweep()

        assert Delivery.objects.count() == 0

    def test_of_a_new_channel_leave_older_posts_alone(self, receiver: Receiver) -> None:
        old = make_post(live=True, publish_at=timezone.now() - timedelta(hours=2))
        _channel(created_at=timezone.now() - timedelta(hours=1))
        distribution.sweep()
        _update(old)
        distribution.sweep()
        assert receiver.events() == []

        make_post(live=True, publish_at=timezone.now() - timedelta(minutes=1))
        distribution.sweep()

        assert receiver.events() == [EVENT.PUBLISHED]

    def test_are_made_up_for_when_a_channel_is_switched_on_again(
        self, channel: Channel, receiver: Receiver
    ) -> None:
        Channel.objects.update(is_enabled=False)
        make_post(live=True, publish_at=timezone.now() - timedelta(days=20))
        distribution.sweep()
        assert Delivery.objects.count() == 0

        Channel.objects.update(is_enabled=True)
        distribution.sweep()

        assert receiver.events() == [EVENT.PUBLISHED]

    def test_are_made_up_for_after_an_outage_of_days(
        self, channel: Channel, receiver: Receiver
    ) -> None:
        at = timezone.now() + timedelta(hours=5)
        make_post(approved=True, publish_at=at)
        distribution.sweep()

        distribution.sweep(at + timedelta(days=9))

        assert receiver.events() == [EVENT.PUBLISHED]

    def test_look_only_at_what_changed_since_the_last_time(
        self, channel: Channel, receiver: Receiver
    ) -> None:
        post = make_post(live=True, publish_at=timezone.now() - timedelta(days=3))
        Post.objects.update(updated_at=timezone.now() - timedelta(days=3))
        Channel.objects.update(announced_until=timezone.now())

        assert distribution.announce() == 0

        Post.objects.filter(pk=post.pk).update(updated_at=timezone.now())
        assert distribution.announce() == 1

    def test_pass_over_a_channel_that_cannot_be_announced_to(
        self, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        broken, _fine = _channel("Broken"), _channel("First")
        make_post(live=True)
        news_for = distribution.news_for

        def news(channel: Channel, now: datetime) -> Iterator[Delivery]:
            if channel == broken:
                raise ValueError
            return news_for(channel, now)

        monkeypatch.setattr(distribution, "news_for", news)
        distribution.sweep()

        assert receiver.events("First") == [EVENT.PUBLISHED]


class TestDeliveries:
    def test_that_fail_are_tried_again_on_schedule_and_given_up_in_the_end(
        self, channel: Channel, receiver: Receiver
    ) -> None:
        make_post(live=True)
        _fail(receiver, status=500)
        now, waits = timezone.now(), []

        for _ in distribution.BACKOFF:
            distribution.sweep(now)
            delivery = Delivery.objects.get()
            waits.append((delivery.next_attempt_at - now).total_seconds())
            distribution.sweep(delivery.next_attempt_at - timedelta(milliseconds=1))
            now = delivery.next_attempt_at

        hours = [hours * 3600 for hours in (2, 5, 10, 14, 20, 24)]
        assert waits[:-1] == [5, 300, 1800, *hours]
        assert (delivery.status, delivery.attempts) == (STATUS.DEAD, 10)
        assert (delivery.response_status, delivery.problem) == (500, "The receiver is down.")
        assert len(receiver.heard) == 10
        assert len({sent.pk for sent in receiver.heard}) == 1

    @pytest.mark.parametrize(("asked_for", "waits"), [(1, 5), (90, 90), (10**9, 24 * 3600)])
    def test_leave_a_receiver_alone_for_as_long_as_it_asks_within_reason(
        self, channel: Channel, receiver: Receiver, asked_for: int, waits: int
    ) -> None:
        make_post(live=True)
        _fail(receiver, retry_after=asked_for)
        now = timezone.now()

        distribution.sweep(now)

        assert Delivery.objects.get().next_attempt_at == now + timedelta(seconds=waits)

    def test_to_one_channel_do_not_wait_for_another(self, receiver: Receiver) -> None:
        _channel("First")
        _channel("Second")
        for _ in range(3):
            make_post(live=True)
        _fail(receiver)

        done = distribution.sweep()

        assert receiver.events("Second") == [EVENT.PUBLISHED] * 3
        # The one that is down was asked once, not three times.
        assert len(receiver.events("First")) == 1
        assert (done.announced, done.delivered, done.failed) == (6, 3, 1)

    def test_survive_a_bug_in_a_channel(
        self, channel: Channel, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        make_post(live=True)
        monkeypatch.setitem(channels.SENDERS, "webhook", None)

        distribution.sweep()

        delivery = Delivery.objects.get()
        assert delivery.status == STATUS.PENDING
        assert "unexpectedly" in delivery.problem

    def test_of_a_post_arrive_in_the_order_of_its_story(
        self, channel: Channel, receiver: Receiver
    ) -> None:
        post = make_post(live=True)
        _fail(receiver)
        distribution.sweep()
        workflow.withdraw(post, by=make_user("Publishers"))
        distribution.sweep()
        assert receiver.events() == [EVENT.PUBLISHED]

        receiver.problems.clear()
        distribution.sweep(timezone.now() + timedelta(seconds=6))

        assert receiver.events() == [EVENT.PUBLISHED, EVENT.PUBLISHED, EVENT.WITHDRAWN]

    def test_that_can_never_work_are_given_up_at_once(
        self, channel: Channel, receiver: Receiver
    ) -> None:
        make_post(live=True)
        _fail(receiver, is_permanent=True)

        distribution.sweep()

        assert Delivery.objects.get().status == STATUS.DEAD
        assert Channel.objects.get().is_enabled

    def test_to_a_receiver_that_is_gone_switch_the_channel_off(
        self, channel: Channel, receiver: Receiver
    ) -> None:
        make_post(live=True)
        make_post(live=True)
        _fail(receiver, status=410, is_gone=True)

        distribution.sweep()
        distribution.sweep()

        assert len(receiver.heard) == 1
        assert not Channel.objects.get().is_enabled

    def test_of_a_sender_that_died_are_taken_over_after_its_lease(
        self, channel: Channel, receiver: Receiver
    ) -> None:
        make_post(live=True)
        distribution.announce()
        now = timezone.now()
        abandoned = distribution._claim(now, leave_alone=set())
        assert abandoned is not None
        distribution.sweep(now + distribution.LEASE)
        assert receiver.heard == []

        distribution.sweep(now + distribution.LEASE + timedelta(seconds=1))

        assert len(receiver.heard) == 1
        # The dead one wakes up late and has nothing to say any more.
        distribution._note_failure(abandoned, ChannelError("too late"), now=now)
        assert Delivery.objects.get().status == STATUS.DELIVERED

    def test_are_replayed_with_the_same_id(self, channel: Channel, receiver: Receiver) -> None:
        make_post(live=True)
        _fail(receiver, is_permanent=True)
        distribution.sweep()
        receiver.problems.clear()
        dead = Delivery.objects.get()

        distribution.replay(dead, by=make_user("Operators"))
        distribution.sweep()

        dead.refresh_from_db()
        assert (dead.status, dead.attempts, dead.problem) == (STATUS.DELIVERED, 1, "")
        assert [sent.pk for sent in receiver.heard] == [dead.pk, dead.pk]

    def test_are_not_replayed_while_they_are_being_sent(
        self, channel: Channel, receiver: Receiver
    ) -> None:
        make_post(live=True)
        distribution.announce()
        claimed = distribution._claim(None, leave_alone=set())
        assert claimed is not None

        with pytest.raises(distribution.ReplayNotPossible):
            distribution.replay(claimed, by=make_user("Operators"))


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_send_each_delivery_once(receiver: Receiver) -> None:
    for name in ("First", "Second"):
        _channel(name)
    posts = [make_post(live=True) for _ in range(10)]
    ready = threading.Barrier(4)

    def sweep() -> None:
        try:
            ready.wait()
            distribution.sweep()
        finally:
            connection.close()

    threads = [threading.Thread(target=sweep) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Delivery.objects.filter(status=STATUS.DELIVERED, attempts=1).count() == 2 * len(posts)
    assert len(receiver.heard) == len({sent.pk for sent in receiver.heard}) == 2 * len(posts)


@pytest.mark.django_db(transaction=True)
def test_who_waited_while_another_announced_does_not_take_it_back(receiver: Receiver) -> None:
    channel = _channel()
    at = timezone.now() + timedelta(seconds=1)
    make_post(approved=True, publish_at=at)

    def announce() -> None:
        distribution.announce()
        connection.close()

    late = threading.Thread(target=announce)
    with transaction.atomic():
        Channel.objects.select_for_update().get(pk=channel.pk)
        late.start()
        tiny.until(_somebody_waits)
        tiny.until(lambda: timezone.now() > at)
        assert distribution.announce() == 1
    late.join()

    assert list(Delivery.objects.values_list("event", flat=True)) == [EVENT.PUBLISHED]


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


def test_nothing_is_sent_inside_a_transaction_of_ours(
    channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_post(live=True)
    depth = len(connection.savepoint_ids)
    seen = []

    class Watcher:
        def send(self, delivery: Delivery) -> Sent:
            seen.append(len(connection.savepoint_ids))
            return Sent(200)

    monkeypatch.setitem(channels.SENDERS, "webhook", Watcher())
    distribution.sweep()

    assert seen == [depth]


def test_the_far_future_is_no_reason_to_stumble(channel: Channel, receiver: Receiver) -> None:
    make_post(approved=True, publish_at=datetime(9999, 12, 31, tzinfo=UTC))

    assert distribution.sweep().announced == 0
