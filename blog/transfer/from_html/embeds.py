"""What another site shows within a page becomes a plain link to it: nothing foreign is loaded."""

import re

from bs4 import BeautifulSoup, Tag

from blog.transfer.from_html.losses import Losses

# The address of a player, and the page that a person would open instead.
_PLAYERS = [
    (re.compile(r"//(?:www\.)?youtube(?:-nocookie)?\.com/embed/([\w-]+)"), "https://youtu.be/{}"),
    (re.compile(r"//player\.vimeo\.com/video/(\d+)"), "https://vimeo.com/{}"),
    (re.compile(r"//open\.spotify\.com/embed/([\w/]+)"), "https://open.spotify.com/{}"),
]
_CARDS = {
    "kg-callout-card": "blockquote",
    "kg-blockquote-alt": "blockquote",
}


def link_embeds(soup: BeautifulSoup, losses: Losses) -> None:
    """Turn players, files and cards of other sites into links, and asides into quotes."""
    for tag in soup.find_all(["iframe", "embed", "object", "video", "audio"]):
        _link(soup, tag, losses)
    for tag in soup.find_all(class_="kg-bookmark-card"):
        _link_bookmark(soup, tag)
    for tag in soup.find_all(class_="kg-file-card-container"):
        title = tag.find(class_="kg-file-card-title")
        _replace(
            soup, tag, str(tag.get("href", "")), title.get_text(" ", strip=True) if title else ""
        )
    for tag in soup.find_all(class_=["wp-block-embed", "wp-block-embed__wrapper"]):
        if tag.name == "div":
            tag.name = "p"
    for name, wanted in _CARDS.items():
        for tag in soup.find_all(class_=name):
            tag.name = wanted


def page_of(player: str) -> str:
    """Return the address that a person opens to see what the player at `player` shows."""
    for pattern, page in _PLAYERS:
        if found := pattern.search(player):
            return page.format(found[1])
    return f"https:{player}" if player.startswith("//") else player


def _link(soup: BeautifulSoup, tag: Tag, losses: Losses) -> None:
    source = tag.find("source")
    url = tag.get("src") or tag.get("data-src") or tag.get("data")
    url = url or (source.get("src") if isinstance(source, Tag) else "")
    if not url or str(url).startswith(("data:", "about:", "javascript:")):
        losses["an embedded object without an address"] += 1
        tag.decompose()
        return
    _replace(soup, tag, page_of(str(url)), str(tag.get("title") or ""))


def _link_bookmark(soup: BeautifulSoup, card: Tag) -> None:
    link = card.find("a", href=True)
    title = card.find(class_="kg-bookmark-title")
    if isinstance(link, Tag):
        words = title.get_text(" ", strip=True) if title else ""
        _replace(soup, card, str(link["href"]), words)


def _replace(soup: BeautifulSoup, tag: Tag, url: str, words: str) -> None:
    link = soup.new_tag("a", attrs={"href": url})
    link.string = words or url
    paragraph = soup.new_tag("p")
    paragraph.append(link)
    tag.replace_with(paragraph)
