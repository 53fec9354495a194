"""The link policy: where links and pictures may lead, and what search engines are told of it."""

import re
from urllib.parse import urlsplit

from django.conf import settings
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from blog.allowed_html import ADDRESS, FOREIGN_REL
from blog.markdown_rules.tokens import text, words_of

_IGNORED_BY_BROWSERS = re.compile("[\t\n\r]|^[\x00-\x20]+")


def apply_link_policy(state: StateCore) -> None:
    """Mark links to other hosts, and undo those that are no address of the web or of a mailbox;
    load our images lazily, and make links of foreign ones.
    """
    for inline in state.tokens:
        if inline.children:
            inline.children = _tame_links(_tame_images(inline.children))


def is_foreign(url: str) -> bool:
    """Tell whether a browser would follow `url` to a host that is not this site's."""
    address = _IGNORED_BY_BROWSERS.sub("", url).replace("\\", "/")
    try:
        parts = urlsplit(address)
    except ValueError:
        return True
    if not parts.scheme:
        return address.startswith("//")
    return parts.scheme != "mailto" and parts.netloc not in _own_hosts()


def _is_ours(url: str) -> bool:
    return bool(ADDRESS.fullmatch(url)) and not url.startswith("mailto:") and not is_foreign(url)


def _own_hosts() -> set[str]:
    return {urlsplit(settings.SITE_URL).netloc, urlsplit(settings.MEDIA_URL).netloc} - {""}


def _tame_links(tokens: list[Token]) -> list[Token]:
    tame: list[Token] = []
    start = 0
    for token in tokens:
        if token.type == "link_open":
            start = len(tame)
        tame.append(token)
        # Links do not nest, so a closing belongs to the last opening.
        if token.type == "link_close":
            tame[start:] = _tame_link(tame[start:])
    return tame


def _tame_link(tokens: list[Token]) -> list[Token]:
    opening, *inside, _closing = tokens
    href = str(opening.attrGet("href"))
    is_named = bool(words_of(inside).strip())
    has_image = any(token.type == "image" for token in inside)
    # Nobody could see, hear or follow what is left out here.
    if not ADDRESS.fullmatch(href) or not (is_named or has_image):
        return inside
    if is_foreign(href):
        opening.attrSet("rel", FOREIGN_REL)
    if not is_named:
        opening.attrSet("aria-label", str(opening.attrGet("title") or href))
    return tokens


def _tame_images(tokens: list[Token]) -> list[Token]:
    tame: list[Token] = []
    link_depth = 0
    for token in tokens:
        link_depth += {"link_open": 1, "link_close": -1}.get(token.type, 0)
        if token.type != "image":
            tame.append(token)
        elif not _is_ours(str(token.attrGet("src"))):
            tame += _link_instead(token, is_linked=link_depth > 0)
        else:
            token.attrs |= {"loading": "lazy", "decoding": "async"}
            tame.append(token)
    return tame


def _link_instead(image: Token, *, is_linked: bool) -> list[Token]:
    url = str(image.attrGet("src"))
    words = text(words_of(image.children) or url)
    if is_linked or not url.startswith(("http://", "https://", "//")):
        return [words]
    opening = Token("link_open", "a", 1, attrs={"href": url})
    return [opening, words, Token("link_close", "a", -1)]
