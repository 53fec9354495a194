"""A link that leads readers nowhere blocks; one to a post that is yet to appear only warns.

Looked at are links and pictures of this site, by path, and links to places within the text. Whether
the place behind a # exists on another page is not looked at.
"""

from urllib.parse import unquote, urldefrag, urljoin

from django.conf import settings
from lxml.html import HtmlElement

from blog import destinations
from blog.checks.text import Finding, Text, shorten, words_of

NAME = "internal links"
# A text with more of them is a hostile one; each costs a look into the resolver.
MOST_LINKS = 500
_TOP = {"", "top"}


def check(text: Text) -> list[Finding]:
    """Name each link and picture that readers could not follow or see."""
    links = [*text.tree.iter("a", "img")]
    paths = {link: path for link in links[:MOST_LINKS] if (path := _path_of(link, text))}
    obstacles = destinations.obstacles(path for path in paths.values() if path != text.address)
    findings = [
        _finding(link, obstacles[path].words, is_passing=obstacles[path].is_passing)
        for link, path in paths.items()
        if path in obstacles
    ]
    findings += _lost_anchors([link for link, path in paths.items() if path == text.address], text)
    if len(links) > MOST_LINKS:
        message = f"The text has {len(links):,} links; only the first {MOST_LINKS} were followed."
        findings.append(Finding(check=NAME, level="warn", message=message))
    return findings


def _lost_anchors(links: list[HtmlElement], text: Text) -> list[Finding]:
    known = {element.get("id") for element in text.tree.iter() if element.get("id")}
    known |= _TOP
    lost = [link for link in links if unquote(urldefrag(_address_of(link)).fragment) not in known]
    words = "No heading of this text has this name."
    return [_finding(link, words, is_passing=False) for link in lost]


def _path_of(link: HtmlElement, text: Text) -> str | None:
    address = _address_of(link)
    try:
        whole = urljoin(f"{settings.SITE_URL}{text.address}", address)
    except ValueError:  # no browser can follow it either; the renderer took it for foreign
        return None
    return destinations.own_path(whole) if address else None


def _finding(link: HtmlElement, words: str, *, is_passing: bool) -> Finding:
    name, address = shorten(words_of(link) or link.get("alt") or ""), _address_of(link)
    return Finding(
        check=NAME,
        level="warn" if is_passing else "block",
        message=words if is_passing else f"{words} Correct the link, or take it out.",
        where=f"{name} → {address}" if name else address,
    )


def _address_of(link: HtmlElement) -> str:
    return str(link.get("href") or link.get("src") or "")
