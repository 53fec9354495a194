"""Notices when a server that was started here has ended while others still need it."""

import socket
import time
from urllib.parse import parse_qs, urlsplit

LOOK_EVERY = 1.0  # seconds
# A server that restarts itself after a crash refuses connections for a moment.
PATIENCE = 5.0  # seconds
_NAMES = {"DATABASE_URL": "PostgreSQL", "REDIS_URL": "Valkey"}


class ServiceDied(Exception):
    """A server does not listen any more; the message names it."""


class Watch:
    """Call it as often as you like: it looks once a second, and raises ServiceDied."""

    def __init__(self, urls: dict[str, str], *, patience: float = PATIENCE) -> None:
        self._urls = urls
        self._patience = patience
        self._next_look = 0.0
        self._last_seen = {name: time.monotonic() for name in urls}

    def __call__(self) -> bool:
        """Return False, so that whoever waits for it waits for ever."""
        now = time.monotonic()
        if now >= self._next_look:
            self._next_look = now + LOOK_EVERY
            for name, url in self._urls.items():
                self._look(name, url)
        return False

    def _look(self, name: str, url: str) -> None:
        if _listens(url):
            self._last_seen[name] = time.monotonic()
        elif time.monotonic() - self._last_seen[name] > self._patience:
            raise ServiceDied(f"{_NAMES[name]} has ended, and nothing works without it.")


def _listens(url: str) -> bool:
    """Whether somebody accepts connections where the URL points to."""
    parts = urlsplit(url)
    folder = parse_qs(parts.query).get("host", [""])[0]
    try:
        if folder:
            with socket.socket(socket.AF_UNIX) as probe:
                probe.settimeout(2)
                probe.connect(f"{folder}/.s.PGSQL.5432")
        else:
            socket.create_connection((parts.hostname, parts.port), timeout=2).close()
    except OSError:
        return False
    return True
