"""One machine: private PostgreSQL and Valkey for whoever has not named servers of their own.

Settings know only DATABASE_URL and REDIS_URL. What of the two is not set is started here, and
handed to the processes that need it through their environment. Nothing here imports Django.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from config.embedded import folders, postgres, valkey
from config.embedded.refusal import ServiceRefused

__all__ = ["ServiceRefused", "missing_services"]


@contextmanager
def missing_services(*, data: Path | None = None) -> Iterator[dict[str, str]]:
    """Start what the environment does not name; yields the variables to set (maybe none).

    PostgreSQL keeps its files in `data`; without it the data is thrown away at the end, and fast.
    Raises ServiceRefused, whose message is meant for the person at the keyboard.
    """
    wanted = {name for name in ("DATABASE_URL", "REDIS_URL") if not os.environ.get(name)}
    urls: dict[str, str] = {}
    with ExitStack() as stack:
        if wanted:
            run, lock = stack.enter_context(folders.throw_away())
        if "DATABASE_URL" in wanted:
            urls["DATABASE_URL"] = stack.enter_context(postgres.serving(run, lock, data=data))
        if "REDIS_URL" in wanted:
            urls["REDIS_URL"] = stack.enter_context(valkey.serving(run))
        yield urls
