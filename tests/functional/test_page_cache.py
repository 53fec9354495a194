"""The page cache as readers meet it: real web processes, a real Redis, a publication by another."""

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from django_redis import get_redis_connection

from publishing import workflow
from tests import factories
from tests.functional import parts
from tests.functional.parts import Parts

pytestmark = [
    pytest.mark.process,
    # The programs see what is committed; the rows of data migrations come back afterwards.
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture
def web_site(tmp_path: Path) -> Iterator[Parts]:
    get_redis_connection("default").flushdb()
    with parts.running(tmp_path, "web", WEB_CONCURRENCY="2") as running:
        yield running


def test_readers_get_kept_pages_and_see_each_change(web_site: Parts) -> None:
    post = factories.make_post(live=True, title="On glue")
    with httpx2.Client(base_url=web_site.base_url, trust_env=False) as reader:
        reader.get("/")
        again = reader.get("/")
        assert "AutoBlog; hit" in again.headers["Cache-Status"]
        assert again.headers["Content-Encoding"] == "gzip"
        assert "On glue" in again.text
        known = {"If-None-Match": again.headers["ETag"]}
        assert reader.get("/?utm_source=x", headers=known).status_code == 304
        assert len(reader.head("/").content) == 0
        article = post.get_absolute_url()
        assert reader.get(article).status_code == 200

        # Another process does it, as a worker or an editor's would; kept pages live for a minute.
        workflow.withdraw(post, by=factories.make_user("Publishers"))

        for _process in range(4):
            web_site.wait_for(lambda: "On glue" not in reader.get("/").text, "The list", 5)
            web_site.wait_for(lambda: reader.get(article).status_code != 200, "The page", 5)


def test_nothing_is_kept_of_strange_hosts_nor_for_somebody(web_site: Parts) -> None:
    with httpx2.Client(base_url=web_site.base_url, trust_env=False) as client:
        for _ in range(2):
            assert client.get("/", headers={"Host": "evil.example"}).status_code == 400
            somebody = client.get("/", headers={"Cookie": "sessionid=x"})
            assert somebody.headers["Cache-Control"] == "private, no-cache"
            assert "Cache-Status" not in somebody.headers
            ready = client.get("/health/live")
            assert ready.headers["Cache-Control"] == "no-store"
            admin = client.get("/admin/login/")
            assert "no-store" in admin.headers["Cache-Control"]
    assert get_redis_connection("default").keys("autoblog:page:*") == []
