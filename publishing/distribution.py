"""Tells every enabled channel what happened to a post, once: first a row, then the sending.

`announce` makes the missing rows by comparing what readers can see with what a channel has heard.
`deliver` claims each due row with a lease and sends it outside any transaction. Both may run in any
number of processes at once, and may die anywhere: unique rows and leases keep the promise.
"""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

import structlog
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Value
from django.db.models.functions import Least, Now
from django.utils import timezone

from blog import crash_points
from publishing import channels
from publishing.channels import ChannelError, Sent
from publishing.models import Channel, Delivery
from publishing.news import news_for

log = structlog.get_logger(__name__)

# The wait before each attempt; after the last one the delivery is given up and can be replayed.
BACKOFF = [
    timedelta(0),
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    *(timedelta(hours=hours) for hours in (2, 5, 10, 14, 20, 24)),
]
# Longer than any sender's timeout: a claim that old belongs to a sender that died.
LEASE = timedelta(seconds=60)
# One sweep leaves the rest to the next, so that whoever calls it gets back to other work.
SWEEP_SECONDS = 20.0
LONGEST_RETRY_AFTER_SECONDS = 24 * 3600.0


class ReplayNotPossible(Exception):
    """The delivery is just being sent."""


@dataclass(kw_only=True)
class Sweep:
    """What one sweep did."""

    announced: int = 0
    delivered: int = 0
    failed: int = 0


def sweep(now: datetime | None = None) -> Sweep:
    """Make the missing deliveries and send the due ones, for at most about SWEEP_SECONDS."""
    done = Sweep(announced=announce(now))
    failing: set[int] = set()
    ends = time.monotonic() + SWEEP_SECONDS
    while time.monotonic() < ends and (delivery := _claim(now, leave_alone=failing)):
        if deliver(delivery, now=now):
            done.delivered += 1
        else:
            done.failed += 1
            # Those who wait behind a receiver that is down do not make the others wait too.
            failing.add(delivery.channel_id)
    return done


def announce(now: datetime | None = None) -> int:
    """Make the delivery rows that are missing, and return how many those were."""
    made = 0
    for pk in Channel.objects.filter(is_enabled=True).values_list("pk", flat=True):
        try:
            made += _announce_to(pk, now)
        except Exception:
            log.exception("channel_passed_over", channel_id=pk)
    return made


def deliver(delivery: Delivery, *, now: datetime | None = None) -> bool:
    """Send one claimed delivery and note how it went; return whether it arrived.

    Never raises for what a channel does: the problem is written on the row.
    """
    crash_points.reach("before_send")
    try:
        sent = channels.SENDERS[delivery.channel.kind].send(delivery)
    except ChannelError as error:
        _note_failure(delivery, error, now=now or timezone.now())
        return False
    except Exception:
        log.exception("delivery_failed", delivery_id=str(delivery.pk))
        surprise = ChannelError("Sending failed unexpectedly; the log of the worker says how.")
        _note_failure(delivery, surprise, now=now or timezone.now())
        return False
    crash_points.reach("after_send")
    _note_arrival(delivery, sent, now=now or timezone.now())
    return True


def replay(delivery: Delivery, *, by: User, now: datetime | None = None) -> None:
    """Send it (again) from the first attempt on, with the same id; the next sweep does it.

    Raises ReplayNotPossible.
    """
    changed = (
        Delivery.objects.filter(pk=delivery.pk)
        .exclude(status=Delivery.Status.SENDING)
        .update(
            status=Delivery.Status.PENDING,
            attempts=0,
            next_attempt_at=now or timezone.now(),
            problem="",
        )
    )
    if not changed:
        raise ReplayNotPossible("This message is being sent at the moment. Look again in a minute.")
    log.info("delivery_replayed", delivery_id=str(delivery.pk), user_id=by.pk)
    delivery.refresh_from_db()


def _announce_to(channel_id: int, now: datetime | None) -> int:
    with transaction.atomic():
        # One at a time for each channel: two at once would tell two different stories.
        channel = Channel.objects.select_for_update().get(pk=channel_id)
        if not channel.is_enabled:
            return 0
        # Looked up only now, and where all look: who waited for the lock, or whose own clock is
        # slow, would not see a post that was announced a moment ago, and call it withdrawn.
        now = now or _database_time()
        made = Delivery.objects.bulk_create(news_for(channel, now), ignore_conflicts=True)
        # Not beyond the database's clock: a host whose own is fast would make others skip posts.
        Channel.objects.filter(pk=channel_id).update(announced_until=Least(Now(), Value(now)))
        crash_points.reach("before_announce_commit")
    crash_points.reach("after_announce")
    return len(made)


def _database_time() -> datetime:
    """The time now, not that at which the transaction began."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        [at] = cursor.fetchone()
    return cast("datetime", at)


def _claim(now: datetime | None, *, leave_alone: set[int]) -> Delivery | None:
    at = now or timezone.now()
    with transaction.atomic():
        delivery = (
            Delivery.objects.sendable(at)
            .exclude(channel__in=leave_alone)
            .select_related("channel", "post", "revision__author")
            .select_for_update(skip_locked=True, of=("self",))
            .first()
        )
        if delivery:
            delivery.status = Delivery.Status.SENDING
            delivery.attempts += 1
            delivery.lease_expires_at = at + LEASE
            delivery.save(update_fields=["status", "attempts", "lease_expires_at"])
    return delivery


def _note_arrival(delivery: Delivery, sent: Sent, *, now: datetime) -> None:
    _note(
        delivery,
        status=Delivery.Status.DELIVERED,
        response_status=sent.status,
        delivered_at=now,
        problem="",
    )


def _note_failure(delivery: Delivery, error: ChannelError, *, now: datetime) -> None:
    is_over = error.is_permanent or delivery.attempts >= len(BACKOFF)
    if is_over:
        _note(
            delivery,
            status=Delivery.Status.DEAD,
            response_status=error.status,
            problem=str(error),
        )
    else:
        asked_for = timedelta(seconds=min(error.retry_after, LONGEST_RETRY_AFTER_SECONDS))
        _note(
            delivery,
            status=Delivery.Status.PENDING,
            response_status=error.status,
            problem=str(error),
            next_attempt_at=now + max(BACKOFF[delivery.attempts], asked_for),
        )
    if error.is_gone:
        Channel.objects.filter(pk=delivery.channel_id).update(is_enabled=False)


def _note(delivery: Delivery, **outcome: Any) -> None:
    """Write the outcome, unless the lease ran out and another sender took over."""
    Delivery.objects.filter(
        pk=delivery.pk, status=Delivery.Status.SENDING, attempts=delivery.attempts
    ).update(lease_expires_at=None, **outcome)
