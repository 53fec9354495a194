"""Every kind of public page: axe finds nothing, and the browser has no complaint.

The English ones by day on a desk, the Arabic ones by night on a phone; `./run audit` looks at all
of them in all ways, and asks more judges, of the site as it is in production.
"""

import pytest

from tests.audit import browser as looking
from tests.audit import content

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
LOOKS = [("en", "light", "wide"), ("ar", "dark", "phone")]


def test_no_kind_of_page_has_a_fault(browser, live_server, settings, tmp_path):
    settings.ROOT_URLCONF = "tests.audit.urls"
    settings.MEDIA_ROOT = tmp_path
    pages = content.fill()

    complaints = []
    for language, scheme, width in LOOKS:
        for page in (page for page in pages if page.name.startswith(f"{language} ")):
            with looking.window(browser, scheme=scheme, width=width) as window:
                seen = looking.look_at(window, live_server.url, page)
            complaints += [f"{page.name} ({scheme}, {width}): {said}" for said in seen.complaints]

    assert len(pages) == 2 * 19
    assert complaints == []


def test_a_fault_would_be_seen(browser, live_server):
    page = content.Page("form without a word", "/search/", (".search",))
    with looking.window(browser, scheme="light", width="phone") as window:
        window.route(
            "**/search/",
            lambda route: route.fulfill(
                body="<!doctype html><title>x</title><input><img src='https://stranger.example/x'>"
                "<p class=search style='width:900px;color:#aaa'>Pale words</p><script>x()</script>",
                content_type="text/html",
            ),
        )
        window.route("https://stranger.example/x", lambda route: route.abort())
        said = "\n".join(looking.look_at(window, live_server.url, page).complaints)

    expected = ["axe label", "axe image-alt", "axe color-contrast", "stranger", "wider", "script:"]
    assert [word for word in expected if word not in said] == []
