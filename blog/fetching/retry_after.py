"""What a server means by `Retry-After`, which holds seconds or a date."""

import re
from datetime import UTC
from email.utils import parsedate_to_datetime

from django.utils import timezone

_SECONDS = re.compile(r"\d+(?:\.\d+)?", re.ASCII)


def seconds_of(header: str) -> float | None:
    """Return how long to stay away, infinite for a number too large; None where it does not say."""
    header = header.strip()
    if _SECONDS.fullmatch(header):
        return float(header)
    try:
        at = parsedate_to_datetime(header)
    except (ValueError, OverflowError):
        return None
    return max(0.0, (at.replace(tzinfo=at.tzinfo or UTC) - timezone.now()).total_seconds())
