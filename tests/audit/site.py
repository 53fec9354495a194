"""The site that is audited: production's settings, hashed files, gunicorn, the page cache."""

import json
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from config import running
from tests.audit.content import Page
from tests.load import stage


@dataclass(frozen=True)
class Site:
    """Where it is, and its pages."""

    url: str
    pages: list[Page]
    folder: Path


@contextmanager
def running_site() -> Iterator[Site]:
    """Fill a new blog and serve it until the end of the block."""
    folder = running.var_folder() / "audit"
    for made in ("static", "media"):
        shutil.rmtree(folder / made, ignore_errors=True)
    port = stage.free_port()
    url = f"http://127.0.0.1:{port}"
    with (
        stage.services(folder, settings="tests.audit.settings", SITE_URL=url) as base,
        _database(base) as env,
    ):
        stage.say("Collecting static files ...")
        _run("manage.py", "collectstatic", "--noinput", "--verbosity=0", env=env)
        _run("manage.py", "migrate", "--verbosity=0", env=env)
        stage.say("Filling a blog ...")
        pages = json.loads(_run("-m", "tests.audit.content", env=env).splitlines()[-1])
        log = folder / "server.log"
        with stage.serving("config.wsgi:application", env, log=log, port=port):
            yield Site(url, [_page(fields) for fields in pages], folder)


def _page(fields: dict) -> Page:
    return Page(**{**fields, "shows": tuple(fields["shows"])})


@contextmanager
def _database(env: dict[str, str]) -> Iterator[dict[str, str]]:
    name = f"audit_{secrets.token_hex(4)}"
    base, _, _ = env["DATABASE_URL"].partition("?")
    ours = env["DATABASE_URL"].replace(base, base.rpartition("/")[0] + f"/{name}")
    with psycopg.connect(env["DATABASE_URL"], autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
    try:
        yield {**env, "DATABASE_URL": ours}
    finally:
        with psycopg.connect(env["DATABASE_URL"], autocommit=True) as admin:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _run(*words: str, env: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, *words],
        cwd=running.ROOT,
        env={**env, "LOG_LEVEL": "ERROR"},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout
