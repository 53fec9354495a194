"""Feeds fetched only when they changed: the last answer is kept and its server is asked with it.

A feed is read for each look at what it offers, by each schedule of its plan and by each brief from
it; the copy spares its server, and is never used without having asked.
"""

import hashlib
from dataclasses import replace

from django.core.cache import cache

from blog import fetching

KEPT_SECONDS = 7 * 24 * 3600
# Larger ones would push other things out of the cache, and are fetched whole.
MAX_KEPT_BYTES = 500_000


def fetch(url: str) -> fetching.Fetched:
    """Return the feed at an address as its server has it now. Raises FetchError."""
    key = f"feed:{hashlib.sha256(url.encode()).hexdigest()}"
    kept: fetching.Fetched | None = cache.get(key)
    fetched = fetching.fetch(
        url,
        accept=fetching.Accept.FEED,
        etag=kept.etag if kept else "",
        last_modified=kept.last_modified if kept else "",
    )
    if kept and fetched.not_modified:
        return replace(kept, fetched_at=fetched.fetched_at)
    if (fetched.etag or fetched.last_modified) and len(fetched.body) <= MAX_KEPT_BYTES:
        cache.set(key, fetched, KEPT_SECONDS)
    return fetched
