"""Webhooks as https://www.standardwebhooks.com describes them: thin, signed, with a stable id.

The signing secret is not stored: it is derived from the channel's seed and SECRET_KEY, so that a
copy of the database signs nothing. While SECRET_KEY is rotated (SECRET_KEY_FALLBACKS), messages
carry a signature of each key's secret.
"""

import base64
import hashlib
import hmac
import json
import secrets
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from blog import fetching, seo
from publishing.channels.base import ChannelError, Sent
from publishing.models import Channel, Delivery

TIMEOUT_SECONDS = 15.0
PREFIX = "whsec_"
_DERIVATION = b"publishing.channels.webhook:"


def send(delivery: Delivery) -> Sent:
    """Post the signed message. Only a 2xx answer counts; a redirect is a refusal.

    Raises ChannelError.
    """
    body = json.dumps(payload(delivery), ensure_ascii=False, separators=(",", ":")).encode()
    headers = {"content-type": "application/json"} | _signed(delivery, body, timezone.now())
    try:
        answer = fetching.post(delivery.channel.url, body, headers, timeout_seconds=TIMEOUT_SECONDS)
    except fetching.FetchError as error:
        raise ChannelError(str(error), is_permanent=not error.is_temporary) from None
    if 200 <= answer.status < 300:
        return Sent(answer.status)
    raise _refusal(answer)


def payload(delivery: Delivery) -> dict[str, Any]:
    """Return what the message says: enough to decide whether to look at the post."""
    revision = delivery.revision
    at = delivery.post.publish_at
    return {
        "type": delivery.event,
        "timestamp": delivery.created_at.isoformat(),
        "data": {
            "post_id": delivery.post_id,
            "revision": revision.number,
            "url": seo.absolute(reverse("blog:post", args=[revision.slug])),
            "title": revision.title,
            "language": revision.language,
            "published_at": at.isoformat() if at else None,
            "is_ai_generated": revision.is_ai_generated,
            "is_sample": revision.is_sample,
        },
    }


def secret_of(channel: Channel) -> str:
    """Return the receiver's secret, `whsec_...`. Show it once, to whoever sets the receiver up."""
    return PREFIX + base64.b64encode(_key(channel, settings.SECRET_KEY)).decode()


def rotate_secret(channel: Channel) -> str:
    """Make the old secret worthless from now on and return the new one."""
    channel.secret_seed = secrets.token_urlsafe()
    channel.save(update_fields=["secret_seed"])
    return secret_of(channel)


def _key(channel: Channel, site_key: str) -> bytes:
    return hmac.digest(site_key.encode(), _DERIVATION + channel.secret_seed.encode(), "sha256")


def _signed(delivery: Delivery, body: bytes, now: datetime) -> dict[str, str]:
    sent_at = str(int(now.timestamp()))
    signed = b".".join([str(delivery.pk).encode(), sent_at.encode(), body])
    keys = [settings.SECRET_KEY, *getattr(settings, "SECRET_KEY_FALLBACKS", [])]
    digests = [hmac.new(_key(delivery.channel, key), signed, hashlib.sha256) for key in keys]
    return {
        "webhook-id": str(delivery.pk),
        "webhook-timestamp": sent_at,
        "webhook-signature": " ".join(
            f"v1,{base64.b64encode(digest.digest()).decode()}" for digest in digests
        ),
    }


def _refusal(answer: fetching.Posted) -> ChannelError:
    words = f"The receiver answered {answer.status}"
    if answer.status == 410:
        return ChannelError(
            f"{words} (gone): it wants no more messages. The channel was switched off.",
            status=answer.status,
            is_gone=True,
        )
    if 300 <= answer.status < 400:
        words += " (a redirect, which is not followed): give the channel the final address"
    excerpt = " ".join(answer.body_excerpt.split())[:200]
    return ChannelError(
        f"{words}: {excerpt}" if excerpt else f"{words}.",
        status=answer.status,
        retry_after=answer.retry_after or 0,
    )
