"""The three programs AutoBlog consists of, as command lines; containers start the same ones."""

import sys

# Every queue that a route in the settings names.
QUEUES = "generation,publishing"


def web(*, host: str, port: int) -> tuple[str, ...]:
    """The web server; how it runs is said in `config/gunicorn.py`."""
    return (
        *_module("gunicorn"),
        "--config=python:config.gunicorn",
        "config.wsgi:application",
        f"--bind={host}:{port}",
    )


def worker() -> tuple[str, ...]:
    """Threads, because a worker waits most of the time; `config/worker.py` says for the rest."""
    return (
        *_celery("worker", app="config.worker"),
        "--pool=threads",
        "--concurrency=4",
        f"--queues={QUEUES}",
        "--without-gossip",
        "--without-mingle",
    )


def beat() -> tuple[str, ...]:
    """The clock that wakes the workers; there must be one only."""
    return (
        *_celery("beat"),
        "--scheduler=django_celery_beat.schedulers:DatabaseScheduler",
        "--pidfile=",
    )


def manage(*words: str) -> tuple[str, ...]:
    """A management command."""
    return (sys.executable, "manage.py", *words)


def _celery(command: str, *, app: str = "config.celery_app") -> tuple[str, ...]:
    return (*_module("celery"), "--quiet", f"--app={app}", command, "--loglevel=INFO")


def _module(name: str) -> tuple[str, ...]:
    return (sys.executable, "-m", name)
