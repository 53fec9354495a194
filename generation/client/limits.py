"""What an answer's headers say about how fast the model may be asked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from blog.fetching.retry_after import seconds_of

LONGEST_WAIT_SECONDS = 3600.0
_DURATION = re.compile(r"(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?")
_COUNT = re.compile(r"[1-9]\d{0,8}", re.ASCII)


@dataclass(frozen=True)
class Limits:
    """Requests and tokens a minute, None where it does not say; and how long to stay away."""

    requests: int | None = None
    tokens: int | None = None
    wait_seconds: float | None = None


UNKNOWN = Limits()


def read(headers: Mapping[str, str]) -> Limits:
    """Return what the headers of an answer say."""
    return Limits(
        requests=_count(headers.get("x-ratelimit-limit-requests", "")),
        tokens=_count(headers.get("x-ratelimit-limit-tokens", "")),
        wait_seconds=retry_after(headers),
    )


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds the provider asks us to wait, at most an hour; None when it does not say."""
    waits = [
        _duration(f"{headers.get('retry-after-ms', '')}ms"),
        seconds_of(headers.get("retry-after", "")),
    ]
    waits += [
        _duration(headers.get(f"x-ratelimit-reset-{kind}", ""))
        for kind in ("requests", "tokens")
        if headers.get(f"x-ratelimit-remaining-{kind}") == "0"
    ]
    known = [wait for wait in waits if wait is not None]
    return min(max(known), LONGEST_WAIT_SECONDS) if known else None


def _count(text: str) -> int | None:
    return int(text) if _COUNT.fullmatch(text) else None


def _duration(text: str) -> float | None:
    """Seconds of a duration such as 6m0s, 1.2s or 20ms."""
    found = _DURATION.fullmatch(text)
    if not text or not found:
        return None
    hours, minutes, seconds, milliseconds = (float(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + seconds + milliseconds / 1000
