"""What hostile texts become, in a real browser without any policy: nothing runs, nothing is loaded.

The browser's own parser says what the elements are, where links lead, and whether the markup stays
the same when it is read again.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Request, Route

from blog import allowed_html
from blog.rendering import render_markdown
from tests.blog import hostile_texts

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
SITE = "http://127.0.0.1:8000"
PAGE = f"{SITE}/posts/x/"
BATCH = 500
AUDIT = """
([htmls, tags, attributes, rel]) => htmls.flatMap((html, number) => {
  const found = [];
  const place = document.createElement("div");
  document.body.append(place);
  place.innerHTML = html;
  for (const element of place.querySelectorAll("*")) {
    const tag = element.localName;
    if (element.namespaceURI !== "http://www.w3.org/1999/xhtml" || !tags.includes(tag))
      found.push(`<${element.nodeName}>`);
    for (const { name, value } of element.attributes) {
      if (!(attributes[tag] || []).includes(name)) found.push(`${tag} ${name}`);
      if (name === "id" && !/^(h-|fn)/.test(value)) found.push(`${tag} id=${value}`);
    }
    if (tag === "a" && element.hasAttribute("href")) {
      const isOfTheWeb = ["http:", "https:"].includes(element.protocol);
      if (!isOfTheWeb && !["mailto:", ":"].includes(element.protocol))
        found.push(`leads to ${element.href}`);
      if (isOfTheWeb && element.host !== location.host && element.rel !== rel)
        found.push(`leads to ${element.href} without rel`);
    }
    if (tag === "img" && new URL(element.src).host !== location.host)
      found.push(`loads ${element.src}`);
  }
  const again = document.createElement("div");
  again.innerHTML = place.innerHTML;
  if (again.innerHTML !== place.innerHTML) found.push("changes when it is read again");
  if (!again.isEqualNode(place)) found.push("is another tree when it is read again");
  place.remove();
  return found.map((what) => [number, what]);
})
"""


class _Watched:
    """A page that notes what it would have run and loaded."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.noted: list[str] = []
        self._html = ""
        page.on("dialog", self._note_dialog)
        page.on("popup", lambda other: self.noted.append(f"opened {other.url}"))
        page.on("framenavigated", self._note_navigation)
        page.on("console", lambda message: self.noted.append(f"said {message.text}"))
        page.on("pageerror", lambda error: self.noted.append(f"ran into {error}"))
        page.route("**/*", self._answer)

    def show(self, html: str) -> None:
        """Load a page with `html` in it, and wait until all is quiet."""
        self._html = html
        self.page.goto(PAGE, wait_until="load")

    def _answer(self, route: Route, request: Request) -> None:
        if request.url == PAGE:
            # No policy: what holds here is the renderer alone.
            head = '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">'
            route.fulfill(body=f"{head}{self._html}", content_type="text/html; charset=utf-8")
            return
        if not request.url.startswith(f"{SITE}/") or request.resource_type != "image":
            self.noted.append(f"asked for {request.resource_type} {request.url}")
        route.abort()

    def _note_dialog(self, dialog) -> None:
        self.noted.append(f"alerted {dialog.message}")
        dialog.dismiss()

    def _note_navigation(self, frame) -> None:
        if frame.url not in (PAGE, "about:blank"):
            self.noted.append(f"went to {frame.url}")


def _batches(texts: list[str]) -> Iterator[list[str]]:
    htmls = [render_markdown(text) for text in texts]
    for start in range(0, len(htmls), BATCH):
        yield htmls[start : start + BATCH]


def _attributes() -> dict[str, list[str]]:
    named = {tag: set(names) for tag, names in allowed_html.ATTRIBUTES.items()}
    for known in (allowed_html.VALUES, {tag: ["class"] for tag in allowed_html.CLASSES}):
        for tag, names in known.items():
            named.setdefault(tag, set()).update(names)
    return {tag: sorted(names) for tag, names in named.items()}


def findings(browser: Browser, texts: list[str]) -> list[object]:
    """Return what a browser runs, loads or is misled by in what `texts` become."""
    found: list[object] = []
    watched = _Watched(browser.new_page())
    for htmls in _batches(texts):
        watched.show("\n".join(htmls))
        found += watched.page.evaluate(
            AUDIT, [htmls, sorted(allowed_html.TAGS), _attributes(), allowed_html.FOREIGN_REL]
        )
    # Pictures of ours are not there in this test; nothing else may be said.
    return found + [said for said in watched.noted if "ERR_FAILED" not in said]


def test_nothing_runs_and_nothing_is_loaded(browser):
    assert findings(browser, hostile_texts.ALL) == []


def test_the_browser_would_have_told(browser):
    watched = _Watched(browser.new_page())
    watched.show(
        "<script>alert(1)</script><img src=x onerror=alert(2)>"
        "<img src=https://evil.example/x.png><iframe src='javascript:alert(3)'></iframe>"
    )

    assert {"alerted 1", "alerted 2", "asked for image https://evil.example/x.png"} <= set(
        watched.noted
    )
    bad = ["<p onclick=x>", "<a href='tel:1'>", "<svg><p>", "<p id=x>", "<img src='//e.example/x'>"]
    arguments = [bad, sorted(allowed_html.TAGS), _attributes(), allowed_html.FOREIGN_REL]
    assert {number for number, _what in watched.page.evaluate(AUDIT, arguments)} == set(range(5))
