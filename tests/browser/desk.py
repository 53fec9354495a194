"""The hands of an editor at the writing desk."""

from django.urls import reverse
from playwright.sync_api import Locator, Page

from blog.models import Post


def open_post(page: Page, url: str, post: Post | None = None) -> None:
    """Open the editing page of `post`, or of a new one, and wait until it can be written on."""
    args = [post.pk] if post else []
    page.goto(url + reverse(f"admin:blog_post_{'change' if post else 'add'}", args=args))
    page.locator(".CodeMirror-code").wait_for()


def write(page: Page, words: str) -> None:
    """Type `words` at the end of the text."""
    page.locator(".CodeMirror-code").click()
    page.keyboard.press("Control+End")
    page.keyboard.type(words)


def text_of(page: Page) -> str:
    """Return the Markdown that the form holds."""
    return page.locator("#id_body").input_value()


def preview(page: Page) -> Locator:
    """Return the article that the newest preview shows."""
    return page.frame_locator("iframe.ab-look-frame:not(.ab-look-coming)").locator("article.post")


def kept_texts(page: Page) -> list[str]:
    """Return the names under which the browser keeps unsaved texts."""
    names: list[str] = page.evaluate("Object.keys(localStorage)")
    return [name for name in names if name.startswith("autoblog.text.")]
