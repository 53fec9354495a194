"""The primary database and Redis go away: readers are served, writers are told, nothing is lost.

With real programs and two real PostgreSQL servers, of which one follows the other by streaming
replication.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from config.embedded import folders
from tests.chaos.servers import Broker, Database
from tests.functional import parts
from tests.functional.parts import ROOT, Parts
from tests.standby import Standby

pytestmark = pytest.mark.process

START = (sys.executable, "-m", "config.start")
_RENAME = """
from blog.models import Category
category = Category.objects.get(slug="repair")
category.name = {name!r}
category.save()
"""
_COUNT = "from blog.models import Category; print(Category.objects.filter(name={name!r}).count())"


def run(*command: str, env: dict[str, str]) -> str:
    """Run a program to its end; returns what it printed."""
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **env}, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def manage(env: dict[str, str], *words: str) -> str:
    """Run a management command as an operator would; returns what it printed."""
    return run(sys.executable, "manage.py", *words, env=env)


class Region:
    """A primary, a standby that follows it, Redis, and the variables that say so."""

    def __init__(self, primary: Database, standby: Standby, broker: Broker) -> None:
        self.primary, self.standby, self.broker = primary, standby, broker
        self.env = {
            "DJANGO_SETTINGS_MODULE": "config.settings.test",
            "DATABASE_URL": primary.url,
            "DATABASE_REPLICA_URL": standby.url,
            "REDIS_URL": broker.url(),
        }

    def rename(self, name: str) -> None:
        """Have another process change what stands on every page."""
        manage(self.env, "shell", "-v0", "-c", _RENAME.format(name=name))


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Region]:
    folder = tmp_path_factory.mktemp("region")
    with folders.throw_away() as (run, lock), folders.throw_away() as (broker_run, _lock):
        primary, broker = Database(run, lock), Broker(broker_run)
        try:
            env = {
                "DJANGO_SETTINGS_MODULE": "config.settings.test",
                "DATABASE_URL": primary.url,
                "REDIS_URL": broker.url(),
                "MEDIA_ROOT": str(folder / "media"),
            }
            manage(env, "migrate", "--verbosity=0")
            development = {"DJANGO_SETTINGS_MODULE": "config.settings.development"}
            manage({**env, **development, "AUTOBLOG_VAR": str(folder)}, "seed_demo")
            with Standby(primary) as standby:
                yield Region(primary, standby, broker)
        finally:
            primary.close()
            broker.kill()


@pytest.fixture
def web_site(region: Region, tmp_path: Path) -> Iterator[Parts]:
    with parts.running(tmp_path, "web", WEB_CONCURRENCY="1", **region.env) as running:
        yield running


def reader(web_site: Parts) -> httpx2.Client:
    return httpx2.Client(base_url=web_site.base_url, trust_env=False, timeout=15)


def test_a_page_is_never_older_than_the_last_change(region: Region, web_site: Parts) -> None:
    with reader(web_site) as client:
        assert "Repair" in client.get("/").text
        region.standby.hold()

        region.rename("Mending")

        # From the primary, because the replica does not have it yet.
        assert "Mending" in client.get("/").text
        assert "Mending" in client.get("/archive/").text
        region.standby.go_on()
        web_site.wait_for(lambda: region.standby.has(region.primary), "The replica's catching up")
        assert "Mending" in client.get("/search/?q=chain").text


def test_a_standby_region_is_for_reading_only(region: Region, tmp_path: Path) -> None:
    env = {**region.env, "DATABASE_URL": region.standby.url, "DATABASE_REPLICA_URL": ""}
    with (
        parts.running(tmp_path, "web", **env, READ_ONLY="1") as web_site,
        reader(web_site) as client,
    ):
        assert client.get("/").status_code == 200
        assert client.get("/api/v1/posts/").status_code == 200
        for path in ("/admin/", "/admin/login/"):
            page = client.get(path)
            assert (page.status_code, page.headers["Cache-Control"]) == (503, "no-store")
            assert "only be read" in page.text
        refused = client.post("/api/v1/briefs/", json={"title": "x"})
        assert refused.status_code == 503
        assert "only be read" in refused.json()["detail"]
    for part in ("worker", "beat", "release"):
        with pytest.raises(subprocess.CalledProcessError) as stopped:
            run(*START, part, env={**env, "READ_ONLY": "1"})
        assert "only web may run" in stopped.value.stderr


# Comes last: it takes the region apart.
def test_readers_are_served_by_the_replica_and_writers_are_told(
    region: Region, web_site: Parts
) -> None:
    with reader(web_site) as client:
        region.rename("Mending")
        token = {"Authorization": f"Bearer {manage(region.env, 'create_api_token', 'admin')}"}
        web_site.wait_for(lambda: region.standby.has(region.primary), "The replica's catching up")
        region.primary.kill()
        region.broker.kill()

        for path in ("/", "/archive/", "/search/?q=chain", "/feed.atom", "/categories/repair/"):
            answer = client.get(path)
            assert answer.status_code == 200, path
        assert client.get("/never-was-here/").status_code == 404
        client.get("/admin/login/")
        typed = {"username": "editor", "password": "x"}
        typed["csrfmiddlewaretoken"] = client.cookies["csrftoken"]
        login = client.post("/admin/login/", data=typed)
        assert login.status_code == 503
        assert "not saved" in login.text
        assert login.headers["Retry-After"] == "30"
        refused = client.post("/api/v1/briefs/", json={"title": "x"}, headers=token)
        assert refused.status_code == 503
        assert refused.headers["Content-Type"] == "application/problem+json"
        assert "Nothing was saved" in refused.json()["detail"]
        health = client.get("/health/ready")
        assert (health.status_code, health.json()["status"]) == (200, "degraded")

        region.standby.promote()
        with (
            parts.running(
                web_site.folder,
                "web",
                **{
                    **region.env,
                    "DATABASE_URL": region.standby.url,
                    "DATABASE_REPLICA_URL": "",
                    "REDIS_URL": "redis://127.0.0.1:9/0",
                },
            ) as promoted,
            reader(promoted) as writer,
        ):
            # What was acknowledged before is there, and writing works again.
            assert "Mending" in writer.get("/categories/repair/").text
            assert writer.get("/admin/login/").status_code == 200
            env = {**region.env, "DATABASE_URL": region.standby.url}
            assert manage(env, "shell", "-v0", "-c", _COUNT.format(name="Mending")) == "1"
            manage(env, "shell", "-v0", "-c", _RENAME.format(name="Fixing"))
            assert "Fixing" in writer.get("/archive/").text
