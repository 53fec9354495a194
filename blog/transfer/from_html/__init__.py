"""From the HTML of other systems to Markdown: what readers saw stays, what only browsers saw goes.

The HTML is read into a tree, a few passes give the things that Markdown has a form for that form
(figures, footnotes, code), and the rest is left to markdownify. The result is Markdown like any
other: it becomes HTML again in `blog.rendering` alone.
"""

import re
from collections.abc import Callable

from bs4 import BeautifulSoup, Tag

from blog.transfer.from_html import embeds, figures, footnotes, tidying
from blog.transfer.from_html.converter import Converter
from blog.transfer.from_html.losses import Losses

__all__ = ["Losses", "TooMuchMarkup", "to_markdown"]

MAX_CHARACTERS = 2_000_000
_BLANK_LINES = re.compile(r"\n{3,}")
_PASSES = [
    tidying.drop_what_no_reader_saw,
    embeds.link_embeds,
    figures.give_images_their_source,
    figures.unwrap_enlargements,
    figures.caption_figures,
    footnotes.mark_footnotes,
    tidying.untangle,
]


class TooMuchMarkup(ValueError):
    """The HTML is too long, or its elements stand too deep in each other."""


def to_markdown(
    html: str, losses: Losses, *, improve_image: Callable[[Tag], None] | None = None
) -> str:
    """Return the Markdown of `html`, and note in `losses` what has no form in it.

    `improve_image` may give each `img` another address or description.

    Raises TooMuchMarkup.
    """
    if len(html) > MAX_CHARACTERS:
        raise TooMuchMarkup(
            f"Its HTML has {len(html):,} characters; {MAX_CHARACTERS:,} are read at most."
        )
    soup = BeautifulSoup(html, "lxml")
    try:
        for improve in _PASSES:
            improve(soup, losses)
            if improve is figures.give_images_their_source and improve_image:
                for image in soup.find_all("img"):
                    improve_image(image)
        text = Converter().convert_soup(soup)
    except RecursionError:
        raise TooMuchMarkup("Its HTML elements stand too deep in each other.") from None
    return _BLANK_LINES.sub("\n\n", text + footnotes.definitions(soup)).strip("\n")
