"""The envelope that wakes a worker for what is to be moved; it may be lost, doubled or late."""

import structlog
from celery import shared_task

log = structlog.get_logger(__name__)


@shared_task(name="blog.carry_transfers")
def carry_transfers(**_: object) -> None:
    """Carry out whatever waits."""
    from blog.transfer import porter  # which orders, who post this letter, need not know

    porter.carry_all()


def ring() -> None:
    """Wake a worker; without a broker the sweep finds what waits."""
    try:
        carry_transfers.apply_async(expires=300)
    except Exception:
        # Whatever the broker's client raises: the order is kept, and found.
        log.warning("ring_failed", task="blog.carry_transfers", exc_info=True)
