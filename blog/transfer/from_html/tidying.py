"""A tree as Markdown can say it: no scripts, no emphasis around paragraphs, no markup in markup."""

from bs4 import BeautifulSoup, Comment, Tag

from blog.transfer.from_html.losses import Losses

_NEVER_SEEN = ["script", "style", "template", "link", "meta", "title", "head"]
_LOST = {"form": "a form", "canvas": "a drawing by script", "svg": "an inline SVG drawing"}
_EMPHASIS = ["b", "strong", "i", "em", "s", "del", "strike"]
_SAME = {"b": "strong", "i": "em", "strike": "del", "s": "del"}
_BLOCKS = {
    *("p", "div", "section", "article", "header", "footer", "aside", "figure", "blockquote"),
    *("ul", "ol", "li", "dl", "dt", "dd", "table", "pre", "hr", "h1", "h2", "h3", "h4", "h5", "h6"),
}
_PLAIN = ["u", "ins", "mark", "small", "big", "font", "center", "abbr", "cite", "tt", "span"]


def drop_what_no_reader_saw(soup: BeautifulSoup, losses: Losses) -> None:
    """Remove scripts, comments and the like; note what a reader did see."""
    for tag in soup.find_all(_NEVER_SEEN):
        tag.decompose()
    for comment in soup.find_all(string=lambda text: isinstance(text, Comment)):
        comment.extract()
    for name, words in _LOST.items():
        for tag in soup.find_all(name):
            losses[words] += 1
            tag.decompose()
    # Behind a picture that a script loads, the same picture for those without scripts.
    for tag in soup.find_all("noscript"):
        if isinstance(tag.previous_sibling, Tag) and tag.previous_sibling.name == "img":
            tag.decompose()
        else:
            tag.unwrap()


def untangle(soup: BeautifulSoup, _losses: Losses) -> None:
    """Let inline markup stand inside blocks, once."""
    for tag in soup.find_all(_PLAIN):
        tag.unwrap()
    for tag in soup.find_all(_EMPHASIS):
        tag.name = _SAME.get(tag.name, tag.name)
        if tag.find_parent(tag.name) or tag.find(_BLOCKS) or tag.find_parent(["pre", "code"]):
            tag.unwrap()
    for link in soup.find_all("a"):
        if link.find(_BLOCKS):
            _link_the_words(soup, link)
    for summary in soup.find_all("summary"):
        summary.name = "strong"
        summary.wrap(soup.new_tag("p"))
    for tag in soup.find_all(["dt", "dd"]):
        _paragraph_of(soup, tag)
    soup.smooth()


def _link_the_words(soup: BeautifulSoup, link: Tag) -> None:
    """Turn a link around blocks into links within the innermost of them."""
    for block in link.find_all(_BLOCKS):
        if not block.find(_BLOCKS) and block.get_text(strip=True):
            inner = soup.new_tag("a", attrs={"href": str(link.get("href") or "")})
            inner.extend(list(block.contents))
            block.append(inner)
    link.unwrap()


def _paragraph_of(soup: BeautifulSoup, tag: Tag) -> None:
    """Say a term and its definition as paragraphs, the term in bold."""
    if tag.name == "dt":
        term = soup.new_tag("strong")
        term.extend(list(tag.contents))
        tag.append(term)
    tag.name = "div"
