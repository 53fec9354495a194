"""Ghost's cards (what its editor inserts between paragraphs), as HTML that says the same."""

import html
from typing import Any

from blog.transfer.from_html.losses import Losses

# They spoke to members or subscribers; here there are none.
_FOR_MEMBERS = {"paywall", "email", "email-cta", "signup", "call-to-action", "transistor"}


def card(name: str, payload: dict[str, Any], losses: Losses) -> str:
    """Return the HTML of a card, "" for one that has none here."""
    write = _WRITERS.get(name)
    if write is None:
        losses[f"the card “{name}”"] += 1
        return ""
    return write(payload)


def _text(payload: dict[str, Any], *names: str) -> str:
    """Return the first of the named values that is there."""
    return next((str(payload[name]) for name in names if payload.get(name)), "")


def _image(payload: dict[str, Any]) -> str:
    src, alt = html.escape(_text(payload, "src")), html.escape(_text(payload, "alt"))
    caption = _text(payload, "caption")
    image = f'<img src="{src}" alt="{alt}">'
    if href := _text(payload, "href"):
        image = f'<a href="{html.escape(href)}">{image}</a>'
    return f"<figure>{image}<figcaption>{caption}</figcaption></figure>"


def _gallery(payload: dict[str, Any]) -> str:
    images = [image for image in payload.get("images") or [] if isinstance(image, dict)]
    return "".join(map(_image, images)) + f"<p>{_text(payload, 'caption')}</p>"


def _code(payload: dict[str, Any]) -> str:
    language, words = _text(payload, "language"), html.escape(_text(payload, "code"))
    return (
        f'<pre><code class="language-{html.escape(language)}">{words}</code></pre>'
        f"<p>{_text(payload, 'caption')}</p>"
    )


def _link(payload: dict[str, Any]) -> str:
    url = _text(payload, "url", "src", "buttonUrl")
    about = payload.get("metadata")
    words = _text(about, "title") if isinstance(about, dict) else ""
    words = words or _text(payload, "title", "fileTitle", "buttonText", "caption") or url
    return f'<p><a href="{html.escape(url)}">{html.escape(words)}</a></p>' if url else ""


def _callout(payload: dict[str, Any]) -> str:
    return f"<blockquote><p>{_text(payload, 'calloutText')}</p></blockquote>"


def _toggle(payload: dict[str, Any]) -> str:
    return f"<p><strong>{_text(payload, 'heading')}</strong></p>{_text(payload, 'content')}"


def _header(payload: dict[str, Any]) -> str:
    return f"<h2>{_text(payload, 'header', 'heading')}</h2><p>{_text(payload, 'subheader')}</p>"


def _product(payload: dict[str, Any]) -> str:
    title = f"<p><strong>{_text(payload, 'productTitle')}</strong></p>"
    return title + _text(payload, "productDescription")


def _nothing(_payload: dict[str, Any]) -> str:
    return ""


_WRITERS = {
    "image": _image,
    "gallery": _gallery,
    "code": _code,
    "codeblock": _code,
    "html": lambda payload: _text(payload, "html"),
    "hr": lambda _: "<hr>",
    "horizontalrule": lambda _: "<hr>",
    "callout": _callout,
    "toggle": _toggle,
    "header": _header,
    "product": _product,
    **dict.fromkeys(("bookmark", "embed", "file", "audio", "video", "button"), _link),
    **dict.fromkeys(_FOR_MEMBERS, _nothing),
}
