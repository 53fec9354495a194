"""A real browser, where the machine has one."""

import shutil
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings as django_settings
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture
def browser(live_server, monkeypatch) -> Iterator[Browser]:
    """Chromium; the test is skipped where there is none."""
    if CHROMIUM is None:
        pytest.skip("No Chromium is installed here.")
    # Playwright's event loop is no reason for Django to refuse the database to the test itself.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield browser
        browser.close()
        # Beside a running loop, the test has a database connection of its own.
        connections.close_all()


@pytest.fixture
def sign_in(browser: Browser, live_server) -> Callable[..., tuple[Page, list[str]]]:
    """Open a window for a user; the list collects everything the browser complains about."""

    def sign_in(user, **window: object) -> tuple[Page, list[str]]:
        client = Client()
        client.force_login(user)
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}} | window)
        session = client.cookies[django_settings.SESSION_COOKIE_NAME].value
        name = django_settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": session, "url": live_server.url}])
        page, said = context.new_page(), []
        page.on(
            "console",
            lambda m: said.append(m.text) if m.type in ("error", "warning") else None,
        )
        page.on("pageerror", lambda error: said.append(error.stack or str(error)))
        page.on("request", lambda r: _note_stranger(r.url, live_server.url, said))
        return page, said

    return sign_in


def _note_stranger(url: str, ours: str, said: list[str]) -> None:
    if not url.startswith((ours, "data:", "blob:", "about:")):
        said.append(f"asked a stranger: {url}")
