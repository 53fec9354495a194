"""Where rows and fleeting things are kept: PostgreSQL, its replica, and Redis."""

from typing import Any

import environ

env = environ.Env()

# -- Database --------------------------------------------------------------------------------------
# The default lets tools that touch no row (makemigrations, mypy) start without a server.
DATABASES: dict[str, Any] = {"default": env.db("DATABASE_URL", default="postgres:///autoblog")}
# Public pages are read from it, and from it alone while the primary is gone (see blog.replica).
if env("DATABASE_REPLICA_URL", default=""):
    DATABASES["replica"] = env.db("DATABASE_REPLICA_URL")
    DATABASE_ROUTERS = ["blog.replica.Router"]
# A standby region, or a restore that is being looked at: readers are served, nothing is written.
READ_ONLY: bool = env.bool("READ_ONLY", default=False)
for _database in DATABASES.values():
    _database |= {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
    # Nothing may wait for ever: not for a statement, a lock, or a forgotten transaction.
    _database.setdefault("OPTIONS", {}).update(
        {
            "connect_timeout": 5,
            "options": "-c statement_timeout=15000 -c lock_timeout=5000"
            " -c idle_in_transaction_session_timeout=30000"
            f" -c default_transaction_read_only={'on' if READ_ONLY else 'off'}",
        }
    )
# How many connections the threads of a process share; 0: each has its own. `config.worker` asks.
DATABASE_POOL_SIZE: int = env.int("DATABASE_POOL_SIZE", default=0)
if DATABASE_POOL_SIZE:
    DATABASES["default"] |= {"CONN_MAX_AGE": 0}
    DATABASES["default"]["OPTIONS"]["pool"] = {
        "min_size": 1,
        "max_size": DATABASE_POOL_SIZE,
        # Who waits longer tries again later.
        "timeout": 10,
    }
# What `blog.composing` asks for the third time on a connection stays planned there. None where a
# pooler gives each transaction another connection (PgBouncer), which then knows of no such plan.
PREPARE_COMPOSED_QUERIES_AFTER: int | None = (
    2 if env.bool("PREPARE_COMPOSED_QUERIES", default=True) else None
)

# -- Redis: cache and broker -----------------------------------------------------------------------
REDIS_URL: str = env("REDIS_URL", default="redis://127.0.0.1:6379/0")
# One of its own may forget what is old when it is full; the broker's must not.
CACHE_URL: str = env("CACHE_URL", default=REDIS_URL)
CACHES: dict[str, Any] = {
    "default": {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": CACHE_URL,
        "KEY_PREFIX": "autoblog",
        "OPTIONS": {
            # A cache that is down makes pages slower, never wrong.
            "IGNORE_EXCEPTIONS": True,
            "SOCKET_CONNECT_TIMEOUT": 1,
            "SOCKET_TIMEOUT": 1,
        },
    },
}
DJANGO_REDIS_LOG_IGNORED_EXCEPTIONS = True
