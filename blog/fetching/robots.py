"""Whether a site's robots.txt lets AutoBlog read a page nobody named by hand."""

import threading
import time
from collections.abc import Callable
from urllib.robotparser import RobotFileParser

import httpx2
from django.conf import settings

from blog.fetching.refusals import AddressForbidden, FetchError

Reader = Callable[[httpx2.URL], str]

PATIENCE_SECONDS = 5.0
MAX_BYTES = 500_000
KEPT_SECONDS = 600.0
MAX_SITES_KEPT = 500

_kept: dict[str, tuple[float, RobotFileParser]] = {}
_lock = threading.Lock()


def allow(url: httpx2.URL, *, read: Reader) -> bool:
    """Whether the page may be read. A robots.txt that cannot be read forbids nothing."""
    rules = _rules(url.copy_with(raw_path=b"/robots.txt"), read=read)
    return rules.can_fetch(settings.FETCH_USER_AGENT, str(url))


def forget() -> None:
    """Drop what was kept, so that the next question reads robots.txt anew."""
    with _lock:
        _kept.clear()


def _rules(url: httpx2.URL, *, read: Reader) -> RobotFileParser:
    now = time.monotonic()
    with _lock:
        found = _kept.get(str(url))
    if found and now - found[0] < KEPT_SECONDS:
        return found[1]
    rules = RobotFileParser()
    rules.parse(_text(url, read).splitlines())
    with _lock:
        if len(_kept) >= MAX_SITES_KEPT:
            _kept.clear()
        _kept[str(url)] = (now, rules)
    return rules


def _text(url: httpx2.URL, read: Reader) -> str:
    try:
        return read(url)
    except AddressForbidden:
        raise
    except FetchError:
        return ""
