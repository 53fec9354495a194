"""Writing in a real browser: the toolbar, the keys, the live preview, the counters, the checks."""

import json
import re

import pytest
from playwright.sync_api import Page, Route, expect

from blog import rendering
from tests import factories
from tests.browser.desk import open_post, preview, text_of, write

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def test_the_preview_is_the_public_page_of_what_was_typed(sign_in, live_server) -> None:
    post = factories.make_post(title="Old title", body="## One\n\n" + "A long text.\n\n" * 60)
    page, said = sign_in(factories.make_user("Editors"), viewport={"width": 1440, "height": 900})
    open_post(page, live_server.url, post)
    expect(preview(page).get_by_role("heading", name="Old title")).to_be_visible()
    before = page.evaluate("history.length")
    scroll = "document.querySelector('.ab-look-frame').contentWindow"
    page.evaluate(f"{scroll}.scrollTo(0, 500)")

    page.fill("#id_title", "New title")
    write(page, "\n\nA **new** end, with <script>alert(1)</script>.")

    expect(preview(page).get_by_role("heading", name="New title")).to_be_attached()
    expect(preview(page).locator("strong", has_text="new")).to_be_attached()
    expect(preview(page).get_by_text("<script>alert(1)</script>")).to_be_attached()
    # The place is kept, and Back does not lead through old previews.
    assert page.evaluate(f"{scroll}.scrollY") == 500
    assert page.evaluate("history.length") == before
    frame = page.locator("iframe.ab-look-frame")
    expect(frame).to_have_count(1)
    expect(frame).to_have_attribute("sandbox", "allow-same-origin")
    assert frame.get_attribute("srcdoc") is None
    post.refresh_from_db()
    assert post.title == "Old title"
    assert said == []


def test_the_preview_is_beside_below_or_away(sign_in, live_server) -> None:
    post = factories.make_post()
    user = factories.make_user("Editors")
    page, said = sign_in(user, viewport={"width": 1440, "height": 900})
    open_post(page, live_server.url, post)
    look, writing = page.locator("#ab-look"), page.locator(".ab-writing")
    assert look.bounding_box()["x"] > writing.bounding_box()["x"] + 400

    page.get_by_role("button", name="Phone", exact=True).click()
    expect(page.locator(".ab-look-frame").first).to_have_css("width", "390px")
    page.get_by_role("button", name="Preview", exact=True).click()
    expect(look).to_be_hidden()
    page.reload()
    expect(look).to_be_hidden()
    page.get_by_role("button", name="Preview", exact=True).click()
    expect(preview(page)).to_be_visible()

    phone, also_said = sign_in(user, viewport={"width": 390, "height": 844}, has_touch=True)
    open_post(phone, live_server.url, post)
    box, text = (phone.locator(name).bounding_box() for name in ("#ab-look", ".ab-writing"))
    assert box["y"] >= text["y"] + text["height"]
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert said == also_said == []


TOOLS = {
    "Bold": "**word**",
    "Italic": "*word*",
    "Strike out": "~~word~~",
    "Heading": "## word",
    "Subheading": "### word",
    "Quote": "> word",
    "Bulleted list": "* word",
    "Numbered list": "1. word",
    "Task list": "- [ ] word",
    "Link": "[word](https://)",
    "Code block": "```text\nword\n```",
    "Footnote": "word[^1]\n\n[^1]: Note",
}


def test_every_tool_writes_what_the_blog_can_show(sign_in, live_server) -> None:
    post = factories.make_post(body="word")
    page, said = sign_in(factories.make_user("Editors"))
    open_post(page, live_server.url, post)

    written = {}
    for name in TOOLS:
        page.evaluate("WritingDesk.editor.value('word')")
        page.evaluate("WritingDesk.editor.codemirror.execCommand('selectAll')")
        page.locator(f".editor-toolbar button[aria-label^='{name}']").first.click()
        written[name] = text_of(page).strip()
    for name in ("Table", "Rule"):
        page.evaluate("WritingDesk.editor.value('')")
        page.locator(f".editor-toolbar button[aria-label='{name}']").click()
        written[name] = text_of(page).strip()

    assert {name: written[name] for name in TOOLS} == TOOLS
    assert "<table>" in rendering.render_markdown(written["Table"])
    assert "<hr>" in rendering.render_markdown(written["Rule"])
    assert said == []


def test_the_keyboard_alone_is_enough(sign_in, live_server) -> None:
    page, said = sign_in(factories.make_user("Editors"))
    author = factories.make_author(name="Ada")
    open_post(page, live_server.url)
    focused = "document.activeElement.getAttribute('aria-label') || document.activeElement.id"
    page.focus("#id_title")
    page.keyboard.type("By keys")

    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate(focused).startswith("Bold")
    page.keyboard.press("ArrowRight")
    assert page.evaluate(focused).startswith("Italic")
    page.keyboard.press("End")
    assert page.evaluate(focused) == "Preview"
    page.keyboard.press("Tab")
    assert page.evaluate(focused) == "Text, in Markdown"
    page.keyboard.type("one ")
    page.keyboard.press("Control+b")
    page.keyboard.type("two")
    page.keyboard.press("Control+Shift+2")
    page.keyboard.press("Tab")
    assert page.evaluate(focused) == "id_note"
    page.locator("#id_author").evaluate(
        f"(box) => WritingDesk.fill('author', [['{author.pk}', 'Ada']])"
    )
    page.keyboard.press("Control+s")

    page.wait_for_url("**/change/")
    page.locator(".CodeMirror-code").wait_for()
    assert text_of(page) == "## one **two**"
    assert said == []


@pytest.mark.parametrize("text", ["", "Two words. " * 400, "漢字かな交じり文。" * 90 + " and 42 x"])
def test_minutes_are_the_servers_own(sign_in, live_server, text: str) -> None:
    page, _said = sign_in(factories.make_user("Editors"))
    open_post(page, live_server.url, factories.make_post(body=text))

    minutes = rendering.reading_minutes(text)

    unit = "minute" if minutes == 1 else "minutes"
    expect(page.locator("#ab-count")).to_contain_text(f" {minutes} {unit} to read")
    expect(page.locator("#ab-count")).to_contain_text(f"{len(text):,} character")


def test_the_snippet_shows_what_search_engines_will(sign_in, live_server) -> None:
    post = factories.make_post(title="The post", summary="What it says.", slug="the-post")
    page, _said = sign_in(factories.make_user("Editors"))
    open_post(page, live_server.url, post)
    snippet = page.locator(".ab-snippet")
    expect(snippet).to_contain_text("posts › the-post")
    expect(snippet).to_contain_text("The post ·")
    expect(snippet).to_contain_text("What it says.")

    page.fill("#id_seo_title", "For <b>machines</b>")
    page.fill("#id_seo_description", "x" * 170)

    expect(snippet).to_contain_text("For <b>machines</b> ·")
    count = page.locator("#ab-count-seo_description")
    expect(count).to_have_text("170 of about 160 characters")
    expect(count).to_have_class("ab-count ab-count-over")


def test_arabic_is_written_and_shown_from_right_to_left(sign_in, live_server) -> None:
    post = factories.make_post(title="مرحبا", body="نص قصير", language="ar")
    page, _said = sign_in(factories.make_user("Editors"))
    open_post(page, live_server.url, post)

    expect(page.locator(".CodeMirror-code")).to_have_class(re.compile("CodeMirror-rtl"))
    expect(page.locator("#id_title")).to_have_attribute("dir", "rtl")
    expect(preview(page)).to_have_attribute("lang", "ar")
    page.select_option("#id_language", "en")
    expect(page.locator(".CodeMirror-code")).not_to_have_class(re.compile("CodeMirror-rtl"))


def test_checks_are_shown_as_text_and_stay_away_without_their_door(sign_in, live_server) -> None:
    page, _said = sign_in(factories.make_user("Editors"))
    post = factories.make_post()

    open_post(page, live_server.url, post)
    expect(page.locator("#ab-checks")).to_be_hidden()
    _answer_checks(page)
    open_post(page, live_server.url, post)

    panel = page.locator("#ab-checks")
    expect(panel).to_contain_text("1 to mend, 1 to look at")
    expect(panel.locator("li").first).to_contain_text("<img src=x onerror=alert(1)>")
    expect(page.locator("#ab-count")).to_contain_text("7 words · 3 minutes")


def _answer_checks(page: Page) -> None:
    """Give the panel a door, as the checks of the house will."""
    findings = [
        {"check": "title", "level": "warn", "message": "Long.", "where": ""},
        {"check": "alt", "level": "pass", "message": "Fine.", "where": ""},
        {
            "check": "banned_phrases",
            "level": "block",
            "message": "<img src=x onerror=alert(1)>",
            "where": "here",
        },
    ]
    body = json.dumps({"findings": findings, "words": 7, "minutes": 3})

    def answer(route: Route) -> None:
        route.fulfill(body=body, content_type="application/json")

    page.route("**/door-of-checks/", answer)
    page.add_init_script(
        "document.addEventListener('DOMContentLoaded', () => {"
        " document.getElementById('ab-checks').dataset.url = '/door-of-checks/'; })"
    )
