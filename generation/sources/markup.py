"""HTML as a reader sees it: parsed once, without what is hidden, and as lines of text."""

import re
from collections.abc import Iterator

import lxml.html
from lxml.etree import ParserError, iterwalk
from lxml.html import HtmlElement

MAX_HTML_CHARACTERS = 3_000_000
MAX_TAGS = 100_000

_INVISIBLE_WORDS = (
    "script style noscript template title iframe object embed applet svg math canvas video audio "
    "map select datalist button textarea input amp-ad amp-sidebar amp-consent "
    "amp-analytics amp-pixel amp-user-notification amp-iframe frameset noframes"
)
_INVISIBLE = frozenset(_INVISIBLE_WORDS.split())
_BLOCK_WORDS = (
    "address article aside blockquote body caption center dd details dialog div dl dt fieldset "
    "figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li main menu nav ol "
    "p pre section summary table tbody tfoot thead tr ul"
)
_BLOCKS = frozenset(_BLOCK_WORDS.split())
_HEAD_TAGS = ("title", "meta", "link", "base", "style", "script", "noscript", "template", "object")
_TABLE_PARTS = ("caption", "thead", "tbody", "tfoot", "tr", "td", "th")
_SOURCE_LINES = dict.fromkeys([*range(0x20), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF])
_SOURCE_LINES |= dict.fromkeys(map(ord, "\n\r\t\f"), " ")
_LONE_BULLET = re.compile(r"\n- \s*\n(?![-\n])")
_CELLS = frozenset(("td", "th"))
_HIDING_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|content-visibility\s*:\s*hidden"
    r"|font-size\s*:\s*0+(?:\.0*)?(?:[a-z%]+)?\s*(?:;|!|$)"
    r"|(?:left|right|top|bottom|text-indent|margin-left|margin-top)\s*:\s*-(?:9{3,}|\d{4,})"
    r"|clip-path\s*:\s*inset\(\s*(?:50|100)|(?<![\w-])clip\s*:\s*rect"
    r"|transform\s*:\s*scale\(\s*0\s*\)|(?<![\w-])color\s*:\s*transparent",
    re.IGNORECASE,
)
_NO_OPACITY = re.compile(r"(?<![\w-])opacity\s*:\s*(?:0+(?:\.0*)?|\.0+)\s*(?:;|!|$)", re.IGNORECASE)
_NO_SIZE = re.compile(r"(?<![\w-])(?:max-)?(?:width|height)\s*:\s*[01](?:px)?\s*(?:;|!|$)", re.I)
_MOVES = re.compile(r"transform|transition|animation|will-change", re.IGNORECASE)
_OVERFLOW = re.compile(r"overflow\s*:\s*(?:hidden|clip)", re.IGNORECASE)
_COLOUR = re.compile(r"(?<![\w-])color\s*:\s*([^;!]+)", re.IGNORECASE)
_BACKGROUND = re.compile(r"(?<![\w-])background(?:-color)?\s*:\s*([^;!]+)", re.IGNORECASE)
_HIDING_WORDS = (
    "sr-only visually-hidden visuallyhidden screen-reader-text screen-reader-only u-hidden "
    "d-none hidden invisible offscreen is-hidden hide element-invisible"
)
_HIDING_CLASSES = frozenset(_HIDING_WORDS.split())
# "Hidden on small screens" is how some designs say "shown".
_SHOWN_WHEN_WIDE = re.compile(r"(?:sm|md|lg|xl|2xl):|d-(?:sm|md|lg|xl)-|(?:show|visible)-for-")
_BRACE = re.compile("[{}]")
_SIMPLE_SELECTOR = re.compile(r"(?:[a-z]+)?([.#])(-?[_a-z][\w-]*)", re.IGNORECASE)
_HIDING_RULE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


def parse(html: str) -> HtmlElement | None:
    """Return the document without comments and everything a visitor does not see.

    None when there is no element in it. No more than MAX_HTML_CHARACTERS and MAX_TAGS are read:
    the largest real pages have a tenth of either.
    """
    html = _XML_DECLARATION.sub("", html[:MAX_HTML_CHARACTERS].replace("\x00", ""), count=1)
    html = "<".join(html.split("<", MAX_TAGS)[:MAX_TAGS])
    parser = lxml.html.HTMLParser(
        remove_comments=True, remove_pis=True, no_network=True, encoding="utf-8", huge_tree=False
    )
    try:
        tree = lxml.html.document_fromstring(html.encode("utf-8", "ignore"), parser=parser)
    except (ParserError, ValueError):
        return None
    _close_head(tree)
    _join_source_lines(tree)
    return tree


def _close_head(tree: HtmlElement) -> None:
    """Move into the body what the parser left in the head of a page that writes neither tag."""
    head, body = tree.find("head"), tree.find("body")
    if head is None:
        return
    strays = [child for child in head if child.tag not in _HEAD_TAGS]
    if strays and body is None:
        body = tree.makeelement("body")
        head.addnext(body)
    for child in reversed(strays):
        body.insert(0, child)


def _join_source_lines(tree: HtmlElement) -> None:
    """Turn the line breaks of the source into spaces, except in preformatted text.

    Characters that XML does not have go, too: written as references, they come through the parser.
    """
    preformatted = {inner for pre in tree.iter("pre") for inner in pre.iter()}
    for element in tree.iter("*"):
        if element.text and element not in preformatted:
            element.text = element.text.translate(_SOURCE_LINES)
        if element.tail and element.getparent() not in preformatted:
            element.tail = element.tail.translate(_SOURCE_LINES)


def drop_hidden(tree: HtmlElement) -> None:
    """Remove what a visitor never reads: scripts, forms' controls, and whatever is not shown."""
    hiding = _hiding_selectors(tree)
    for element in list(tree.iter("*")):
        if _is_hidden(element, hiding):
            drop(element)


def drop(element: HtmlElement) -> None:
    """Empty an element in place, keeping the text that follows it.

    It becomes an empty span: cutting it out would copy the text around it each time.
    """
    element.clear(keep_tail=True)
    element.tag = "span"


def flatten_layout(tree: HtmlElement) -> None:
    """Turn tables that only arrange a page, as older sites do, into plain blocks."""
    layout = set(tree.iterfind(".//table[@role='presentation']"))
    for mark in tree.iter("h1", "main", "article", "table", "td"):
        if mark.tag == "td" and sum(child.tag in ("p", "br") for child in mark) < 4:
            continue
        for table in mark.iterancestors("table"):
            if table in layout:
                break
            layout.add(table)
    for part in list(tree.iter(*_TABLE_PARTS)):
        if next(part.iterancestors("table"), None) in layout:
            part.tag = "div"
    for table in layout:
        table.tag = "div"


def lines(element: HtmlElement) -> list[str]:
    """Return the text of an element as a reader sees it: one line a block, list item or row."""
    whole = _LONE_BULLET.sub("\n- ", "".join(_pieces(element)))
    return [line for line in map(_tidy, whole.split("\n")) if line]


def _tidy(line: str) -> str:
    line = " ".join(line.split())
    return "" if line in ("-", "|") else line.removesuffix(" |")


def _pieces(element: HtmlElement) -> Iterator[str]:
    """Text and line breaks in document order, without recursion: depth is the page's choice."""
    for event, node in iterwalk(element, events=("start", "end")):
        tag = node.tag if isinstance(node.tag, str) else ""
        is_start = event == "start"
        if tag == "br" and is_start:
            yield "\n"
        elif tag in _BLOCKS:
            yield "\n- " if is_start and tag == "li" else "\n"
        elif tag in _CELLS and not is_start:
            yield " | "
        if is_start and tag:
            yield _own_text(node, tag)
        elif not is_start and node is not element:
            yield node.tail or ""


def _own_text(node: HtmlElement, tag: str) -> str:
    if tag == "img" and "emoji" in f"{node.get('class')}{node.get('src')}":
        return node.get("alt") or ""
    if tag == "img" and "smiley" in (node.get("class") or ""):
        return node.get("alt") or ""
    return node.text or ""


def _is_hidden(element: HtmlElement, hiding: frozenset[str]) -> bool:
    if element.tag in _INVISIBLE:
        return True
    if element.tag in ("html", "body"):
        return False
    get = element.get
    if element.tag == "dialog" and get("open") is None:
        return True
    if get("hidden") is not None or get("aria-hidden", "").strip().lower() == "true":
        return True
    classes = (get("class") or "").split()
    names = {f".{name}" for name in classes} | {f"#{get('id')}"}
    return _hides(classes) or not names.isdisjoint(hiding) or _is_styled_away(element)


def _hides(classes: list[str]) -> bool:
    return not _HIDING_CLASSES.isdisjoint(classes) and not any(
        _SHOWN_WHEN_WIDE.match(name) for name in classes
    )


def _is_styled_away(element: HtmlElement) -> bool:
    """Whether the element's own style makes its text vanish, as far as that can be told."""
    style = element.get("style") or ""
    if not style:
        return False
    if _HIDING_STYLE.search(style):
        return True
    if _NO_SIZE.search(style) and _OVERFLOW.search(style):
        return True
    if _NO_OPACITY.search(style) and not _MOVES.search(style):
        return True  # with movement it is an entrance, and the text appears
    return _has_no_contrast(element, style)


def _has_no_contrast(element: HtmlElement, style: str) -> bool:
    """White on white, or any colour on itself; white alone counts only for a small part."""
    colour, background = _COLOUR.search(style), _BACKGROUND.search(style)
    if not colour:
        return False
    if background:
        return _shade(colour[1]) == _shade(background[1])
    is_part = next(element.iter("h1", "h2", "main", "article"), None) is None
    return is_part and _shade(colour[1]) == "white" and not _is_on_colour(element)


def _is_on_colour(element: HtmlElement) -> bool:
    return any(
        parent.get("bgcolor") or _BACKGROUND.search(parent.get("style") or "")
        for parent in element.iterancestors()
    )


def _shade(value: str) -> str:
    value = "".join(value.lower().split())
    return "white" if value in ("#fff", "#ffffff", "white", "rgb(255,255,255)") else value


def _hiding_selectors(tree: HtmlElement) -> frozenset[str]:
    """Class and id selectors that the page's own style sheets hide unconditionally."""
    return frozenset(
        match[1] + match[2]
        for sheet in tree.iter("style")
        for selectors, declarations in _rules(sheet.text or "")
        if _HIDING_RULE.search(declarations)
        for selector in selectors.split(",")
        if (match := _SIMPLE_SELECTOR.fullmatch(selector.strip()))
    )


def _rules(css: str) -> Iterator[tuple[str, str]]:
    """(selectors, declarations) of the rules outside @media and the like."""
    css = "".join(part.rpartition("*/")[2] for part in f"*/{css}".split("/*"))
    depth = start = opened = 0
    for brace in _BRACE.finditer(css):
        if brace[0] == "{":
            opened = brace.end() if depth == 0 else opened
            depth += 1
        elif depth == 1:
            if not (selectors := css[start : opened - 1].strip()).startswith("@"):
                yield selectors, css[opened : brace.start()]
            depth, start = 0, brace.end()
        else:
            depth = max(0, depth - 1)
