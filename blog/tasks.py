"""Envelopes: a message wakes a worker, and may be lost, doubled or late. The names never change."""

import structlog
from celery import shared_task

from blog import renditions

log = structlog.get_logger(__name__)


@shared_task(name="blog.make_renditions")
def make_renditions(**_: object) -> None:
    """Make the smaller copies of whatever picture has none."""
    renditions.make_missing()


def ring() -> None:
    """Wake a worker for new pictures; without a broker the sweep finds them anyway."""
    try:
        make_renditions.apply_async(expires=300)
    except Exception:
        # Whatever the broker's client raises: a bell that is broken must not break an upload.
        log.warning("ring_failed", task="blog.make_renditions", exc_info=True)
