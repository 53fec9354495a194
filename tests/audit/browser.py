"""What a real browser says of a page: axe's rules, the console, strangers, and what came over."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Request, Response
from playwright.sync_api import Page as Window

from tests.audit.content import Page

WIDTHS = {"wide": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
SCHEMES = ("light", "dark")
_axe = Axe()


@dataclass
class Seen:
    """What there was to see: complaints in words, and kilobytes without and with pictures."""

    complaints: list[str] = field(default_factory=list)
    kilobytes: float = 0.0
    with_pictures: float = 0.0


@contextmanager
def window(browser: Browser, *, scheme: str, width: str) -> Iterator[Window]:
    """Open a window without memory of any other."""
    context = browser.new_context(color_scheme=scheme, viewport=WIDTHS[width])
    yield context.new_page()
    context.close()


def look_at(window: Window, url: str, page: Page) -> Seen:
    """Open the page and say what is wrong with it."""
    seen = Seen()
    answers: list[Response] = []
    own = url + page.path

    def note(message: ConsoleMessage) -> None:
        # The browser's own word on an error page's status, which is meant.
        is_status = page.status >= 400 and f"status of {page.status}" in message.text
        if message.type in ("error", "warning") and not is_status:
            seen.complaints.append(f"console: {message.text}")

    def watch(request: Request) -> None:
        if not request.url.startswith((f"{url}/", "data:")):
            seen.complaints.append(f"asked a stranger: {request.url}")

    window.on("console", note)
    window.on("pageerror", lambda error: seen.complaints.append(f"script: {error}"))
    window.on("request", watch)
    window.on("response", lambda answer: answers.append(answer))
    answer = window.goto(own, wait_until="networkidle")
    if answer is None or answer.status != page.status:
        seen.complaints.append(f"answered {answer and answer.status}, not {page.status}")
    seen.complaints += [f"lacks {what}" for what in page.shows if not window.locator(what).count()]
    seen.complaints += _sideways(window) + _axe_says(window)
    _weigh(answers, seen)
    return seen


def _axe_says(window: Window) -> list[str]:
    return [
        f"axe {found['id']}: {', '.join(str(node['target']) for node in found['nodes'][:3])}"
        for found in _axe.run(window).response["violations"]
    ]


def _sideways(window: Window) -> list[str]:
    """Return a word if the page as a whole can be moved sideways."""
    extra = window.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [f"is {extra} px wider than the window"] if extra > 0 else []


def _weigh(answers: list[Response], seen: Seen) -> None:
    for answer in answers:
        if answer.url.startswith("data:"):
            continue
        sizes = answer.request.sizes()
        kilobytes = (sizes["responseBodySize"] + sizes["responseHeadersSize"]) / 1000
        seen.with_pictures += kilobytes
        if answer.request.resource_type != "image":
            seen.kilobytes += kilobytes
