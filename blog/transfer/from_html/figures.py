"""Pictures: the file behind a lazy loader's stand-in, its description, and the caption below it."""

import re

from bs4 import BeautifulSoup, Tag

from blog.transfer.from_html.losses import Losses

# Where lazy loaders and image plugins keep the picture's own address, the best first.
_SOURCES = ["data-orig-file", "data-src", "data-lazy-src", "data-original", "src"]
_IMAGE_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif)(?:\?[^#]*)?$", re.IGNORECASE)
_CAPTIONS = ["figcaption"]


def give_images_their_source(soup: BeautifulSoup, losses: Losses) -> None:
    """Give each picture the address of its file; one that is written into the page is lost."""
    for image in soup.find_all("img"):
        sources = [str(image.get(name, "")).strip() for name in _SOURCES]
        source = next((url for url in sources if url and not url.startswith("data:")), "")
        if source:
            image["src"] = source
        else:
            losses["a picture without a file of its own"] += 1
            image.decompose()
    for picture in soup.find_all("picture"):
        for other in picture.find_all("source"):
            other.decompose()
        picture.unwrap()


def unwrap_enlargements(soup: BeautifulSoup, _losses: Losses) -> None:
    """Keep a picture without the link to a larger copy of itself, or to its own page."""
    for link in soup.find_all("a"):
        image = link.find("img")
        is_alone = image is not None and not link.get_text(strip=True)
        if is_alone and (_IMAGE_FILE.search(str(link.get("href", ""))) or _is_own_page(link)):
            link.unwrap()


def caption_figures(soup: BeautifulSoup, _losses: Losses) -> None:
    """Make each figure's caption the title of its picture; that is how Markdown says it."""
    for figure in soup.find_all("figure"):
        if figure.find_parent("figure") is None:
            _caption(soup, figure)


def _caption(soup: BeautifulSoup, figure: Tag) -> None:
    for inner in figure.find_all("figure"):
        _caption(soup, inner)
    images = [
        image
        for image in figure.find_all("img")
        if image.find_parent("p") is not None or image.find_parent("figure") is figure
    ]
    caption = figure.find("figcaption", recursive=False) or figure.find("figcaption")
    if isinstance(caption, Tag) and len(images) == 1:
        image = images[0]
        if words := " ".join(caption.get_text(" ", strip=True).split()):
            image["title"] = words
        caption.decompose()
    elif isinstance(caption, Tag):
        caption.name = "p"
    for image in images:
        _stand_alone(soup, image)
    figure.name = "div"


def _stand_alone(soup: BeautifulSoup, image: Tag) -> None:
    """Give a picture of a figure a paragraph of its own."""
    outer = image.parent if image.parent is not None and image.parent.name == "a" else image
    if outer.find_parent(["p", "td", "th"]) is None:
        outer.wrap(soup.new_tag("p"))


def _is_own_page(link: Tag) -> bool:
    rel = str(link.get("rel") or "")
    return "attachment" in rel or "attachment_id=" in str(link.get("href", ""))
