"""The API's pages for people, in a real browser, under the readers' strict policy."""

import pytest
from playwright.sync_api import Browser, expect

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def test_the_docs_show_every_operation_without_breaking_the_policy(
    browser: Browser, live_server
) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    strangers: list[str] = []
    page.on("request", lambda r: r.url.startswith(live_server.url) or strangers.append(r.url))

    answer = page.goto(f"{live_server.url}/api/docs/")
    page.get_by_text("/api/v1/runs/{id}/cancel/").click()

    expect(page.get_by_text("Stop the run at its next step")).to_be_visible()
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert said == []
    assert [url for url in strangers if not url.startswith(("data:", "blob:"))] == []
