"""A text for readers elsewhere, in feeds and as Markdown: every address in it is whole."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import escape, unescape
from urllib.parse import urljoin

from markdown_it import MarkdownIt

from blog import rendering, renditions, seo
from blog.models import Image, Post

# In our own sanitised HTML a tag holds no angle bracket, and a value is always in double quotes.
_TAG = re.compile(r"<(?:a|img) [^>]*>")
_ADDRESS = re.compile(r' (href|src)="([^"]*)"')
# Code in the line, which stays as it is; or the address in `](address` and `[label]: address`, if
# it needs anything to be whole.
_DESTINATION = re.compile(
    r"(?s:(?P<code>(?<!`)(?P<ticks>`+)(?!`).{1,2000}?(?<!`)(?P=ticks)(?!`)))"
    r"|(?P<before>\]\(\s*<?|^ {0,3}\[(?!\^)[^\]\n]+\]:\s*<?)"
    r"(?P<address>(?:\.{0,2}/|#|\?)[^\s<>()]*)",
    re.MULTILINE,
)
# Which lines of a text are code; nothing else is read.
_BLOCKS = MarkdownIt("commonmark").disable(["inline", "text_join"])


@dataclass(frozen=True)
class Addresses:
    """Makes the addresses in a text whole: `page` is where it stands, `pictures` where ours are."""

    page: str
    pictures: dict[str, str]

    def whole(self, address: str) -> str:
        """Return where `address` leads, from anywhere."""
        if address in self.pictures:
            return self.pictures[address]
        try:
            return urljoin(self.page, address)
        except ValueError:
            return address


def addresses_of(post: Post, images: Iterable[Image]) -> Addresses:
    """Return what makes the addresses in the text of `post` whole."""
    pictures = {image.media_path: _url(image) for image in images}
    return Addresses(seo.absolute(post.get_absolute_url()), pictures)


def pictures_in(posts: Iterable[Post]) -> list[Image]:
    """Return the pictures in the texts of `posts`, by one query for them all."""
    return list(Image.objects.shown_in("".join(post.body_html for post in posts)))


def html_of(post: Post, images: list[Image]) -> str:
    """Return the HTML of `post` with whole addresses, and pictures as one file each."""
    plain = renditions.with_plain_pictures(post.body_html, images)
    return with_whole_addresses(plain, addresses_of(post, images))


def with_whole_addresses(html: str, addresses: Addresses) -> str:
    """Return our own sanitised `html` with addresses that lead there from anywhere."""

    def replace(tag: re.Match[str]) -> str:
        return _ADDRESS.sub(
            lambda match: f' {match[1]}="{escape(addresses.whole(unescape(match[2])))}"', tag[0]
        )

    return _TAG.sub(replace, html)


def markdown_of(post: Post, images: list[Image]) -> str:
    """Return the Markdown of `post` with whole addresses; code stays as it is."""
    whole = addresses_of(post, images).whole
    lines = post.body.splitlines(keepends=True)
    parts, start = [], 0
    for first, end in _code_lines(post.body):
        parts += [_with_whole(lines[start:first], whole), "".join(lines[first:end])]
        start = end
    return "".join([*parts, _with_whole(lines[start:], whole)])


def _with_whole(lines: list[str], whole: Callable[[str], str]) -> str:
    def replace(match: re.Match[str]) -> str:
        return match[0] if match["code"] else match["before"] + whole(match["address"])

    return _DESTINATION.sub(replace, "".join(lines))


def _code_lines(text: str) -> list[tuple[int, int]]:
    tokens = _BLOCKS.parse(text)
    return [
        (token.map[0], token.map[1])
        for token in tokens
        if token.type in ("fence", "code_block") and token.map
    ]


def _url(image: Image) -> str:
    return seo.absolute(rendering.storable(image.file.url))
