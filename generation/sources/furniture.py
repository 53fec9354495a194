"""What stands around an article on its page: navigation, adverts, banners, comments."""

import re
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from generation.sources import markup

_TAGS = frozenset(("nav", "aside", "footer"))
_ROLES = frozenset(
    ("navigation", "banner", "contentinfo", "complementary", "search", "dialog", "menu", "menubar")
)
# Words of class names and ids that mark what is not the article, wherever they stand.
_NAMES = re.compile(
    r"(?:^|[\s_-])(?:cookies?|consent|gdpr|ccpa|newsletters?|subscribe|subscription|signup|ads?"
    r"|advert|adverts|advertisement|advertising|sponsored|promo|promos|promoted|related"
    r"|recommended|recirculation|share|sharing|social|comments?|disqus|breadcrumbs?|sidebar|popup"
    r"|modal|overlay|toolbar|pagination|pager|skip|trending|mostread|taboola|outbrain|masthead"
    r"|footer|navbar|navigation|menu|author-bio|tag-list|toc)(?=$|[\s_-])",
    re.IGNORECASE,
)
# Inside a line such names mean something else: a comment in code is one of the code's words.
_PHRASING = frozenset(("span", "code", "b", "i", "em", "strong", "mark", "td", "th", "tr"))
_ANCHOR_SIGNS = frozenset("¶#§🔗")
_LISTS = ("ul", "ol", "dl", "table", "div", "section", "p")
_HOLDERS = ("html", "body", "main", "article", "h1")
_MAX_SHARE = 1 / 3
_LINK_SHARE = 2 / 3


@dataclass
class _Weights:
    """Characters of text and of links in each element, and who holds the article's marks."""

    text: dict[HtmlElement, int] = field(default_factory=dict)
    links: dict[HtmlElement, int] = field(default_factory=dict)
    holders: set[HtmlElement] = field(default_factory=set)


def drop(tree: HtmlElement) -> None:
    """Remove what is marked as not being the article, unless the article is inside it."""
    elements = list(tree.iter("*"))
    weights = _weigh(elements)
    limit = max(1, weights.text[tree]) * _MAX_SHARE
    for element in elements:
        if element not in weights.holders and _is_marked(element) and weights.text[element] < limit:
            markup.drop(element)


def drop_link_lists(tree: HtmlElement) -> None:
    """Remove blocks that are mostly links: a menu without a name."""
    elements = list(tree.iter("*"))
    weights = _weigh(elements)
    for element in elements:
        is_list = element.tag in _LISTS and element not in weights.holders
        if is_list and weights.links[element] > _LINK_SHARE * weights.text[element]:
            markup.drop(element)


def _weigh(elements: list[HtmlElement]) -> _Weights:
    """Weigh bottom-up, each element once: pages can be deep."""
    weights = _Weights()
    for element in reversed(elements):
        inner = sum(weights.text.get(child, 0) + len(child.tail or "") for child in element)
        weights.text[element] = len(element.text or "") + inner
        linked = sum(weights.links.get(child, 0) for child in element)
        weights.links[element] = weights.text[element] if element.tag == "a" else linked
        if element.tag in _HOLDERS or not weights.holders.isdisjoint(element):
            weights.holders.add(element)
    return weights


def _is_marked(element: HtmlElement) -> bool:
    if element.tag in _TAGS or element.get("role") in _ROLES:
        return True
    if element.tag == "a" and (element.text or "").strip() in _ANCHOR_SIGNS:
        return True
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    return element.tag not in _PHRASING and bool(_NAMES.search(names[:500]))
