"""The API's pages for people, in a real browser, under the readers' strict policy."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.skipif(CHROMIUM is None, reason="No Chromium is installed here."),
]


@pytest.fixture
def page(live_server, monkeypatch) -> Iterator[Page]:
    # Playwright's event loop is no reason for Django to refuse the database to a test's clean-up.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield browser.new_page(viewport={"width": 1280, "height": 1000})
        browser.close()


def test_the_docs_show_every_operation_without_breaking_the_policy(page: Page, live_server) -> None:
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
