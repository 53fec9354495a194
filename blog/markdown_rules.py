"""What AutoBlog adds to CommonMark: anchors, tasks, link policy, a guard against hostile text."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.text import slugify
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

FOREIGN_REL = "nofollow noopener ugc"
# Beyond these the rules for links and quotes take quadratic time; no honest paragraph comes near.
_MAX_UNBROKEN = 2000
_MAX_QUOTES = 2000
_TASK = re.compile(r"\[([ xX])\]\s+")


def install(parser: MarkdownIt) -> MarkdownIt:
    """Return `parser` with all of this module's rules."""
    parser.core.ruler.after("block", "guard", show_hostile_paragraphs_as_written)
    parser.core.ruler.after("inline", "tasks", make_tasks)
    parser.core.ruler.push("headings", anchor_headings)
    parser.core.ruler.push("links", apply_link_policy)
    parser.core.ruler.push("cells", align_cells)
    parser.add_render_rule("table_open", _table_open)
    parser.add_render_rule("table_close", _table_close)
    parser.add_render_rule("footnote_caption", _footnote_caption)
    parser.add_render_rule("footnote_anchor", _footnote_anchor)
    parser.add_render_rule("fence", _scrollable(RendererHTML.fence))
    parser.add_render_rule("code_block", _scrollable(RendererHTML.code_block))
    return parser


def show_hostile_paragraphs_as_written(state: StateCore) -> None:
    """Skip the inline rules for paragraphs that look made to exhaust them."""
    for token in state.tokens:
        if token.type == "inline" and _looks_hostile(token.content):
            token.type = "text"


def make_tasks(state: StateCore) -> None:
    """Turn list items that begin with [ ] or [x] into labelled, disabled checkboxes."""
    for item, paragraph, inline in _neighbours(state.tokens, 3):
        if (item.type, paragraph.type) != ("list_item_open", "paragraph_open"):
            continue
        match = _TASK.match(inline.content)
        if not match or not inline.children or inline.children[0].type != "text":
            continue
        item.attrSet("class", "task")
        first = inline.children[0]
        first.content = first.content[match.end() :]
        checked = "checked " if match[1] != " " else ""
        box = _html(f'<label><input type="checkbox" {checked}disabled> ')
        inline.children = [box, *inline.children, _html("</label>")]


def anchor_headings(state: StateCore) -> None:
    """Give each heading a unique id, and leave the first level to the page's own title."""
    seen: Counter[str] = Counter()
    for token, inline in _neighbours(state.tokens, 2):
        if token.type == "heading_close" and token.tag == "h1":
            token.tag = "h2"
        if token.type != "heading_open":
            continue
        token.tag = "h2" if token.tag == "h1" else token.tag
        slug = (
            slugify(_words(inline.children or []), allow_unicode=True)[:60].strip("-_") or "section"
        )
        seen[slug] += 1
        # No slug holds two hyphens in a row, so the numbered ids meet no other heading's.
        token.attrSet("id", f"h-{slug}" if seen[slug] == 1 else f"h-{slug}--{seen[slug]}")


def apply_link_policy(state: StateCore) -> None:
    """Mark links to other hosts; load our images lazily and make links of foreign ones."""
    for inline in state.tokens:
        if not inline.children:
            continue
        for token in inline.children:
            if token.type == "link_open" and is_foreign(str(token.attrGet("href"))):
                token.attrSet("rel", FOREIGN_REL)
        inline.children = _tame_images(inline.children)


def align_cells(state: StateCore) -> None:
    """Say a table cell's alignment by a class: the pages' policy allows no inline style."""
    for token in state.tokens:
        if token.type in ("th_open", "td_open") and (style := token.attrs.pop("style", None)):
            token.attrSet("class", str(style).replace("text-align:", "align-"))


def is_foreign(url: str) -> bool:
    """Tell whether a browser would follow `url` to a host that is not this site's."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return True
    if not parts.scheme:
        return url.startswith("//")
    return parts.scheme != "mailto" and parts.netloc not in _own_hosts()


def _own_hosts() -> set[str]:
    return {urlsplit(settings.SITE_URL).netloc, urlsplit(settings.MEDIA_URL).netloc} - {""}


def _tame_images(tokens: list[Token]) -> list[Token]:
    tame: list[Token] = []
    link_depth = 0
    for token in tokens:
        link_depth += {"link_open": 1, "link_close": -1}.get(token.type, 0)
        if token.type != "image":
            tame.append(token)
        elif is_foreign(str(token.attrGet("src"))):
            tame += _link_instead(token, is_linked=link_depth > 0)
        else:
            token.attrs |= {"loading": "lazy", "decoding": "async"}
            tame.append(token)
    return tame


def _link_instead(image: Token, *, is_linked: bool) -> list[Token]:
    url = str(image.attrGet("src"))
    words = _words(image.children or []) or url
    text = Token("text", "", 0, content=words)
    if is_linked or not url.startswith(("http://", "https://", "//")):
        return [text]
    opening = Token("link_open", "a", 1, attrs={"href": url, "rel": FOREIGN_REL})
    return [opening, text, Token("link_close", "a", -1)]


def _words(tokens: Sequence[Token]) -> str:
    return "".join(token.content for token in tokens if token.type in ("text", "code_inline"))


def _looks_hostile(text: str) -> bool:
    longest = max(map(len, text.split()), default=0)
    return longest > _MAX_UNBROKEN or text.count('"') + text.count("'") > _MAX_QUOTES


def _neighbours(tokens: list[Token], count: int) -> Iterator[tuple[Token, ...]]:
    return zip(*(tokens[start:] for start in range(count)), strict=False)


def _html(content: str) -> Token:
    return Token("html_inline", "", 0, content=content)


# Wide tables and code scroll by themselves, also for those who use the keyboard.
def _table_open(*_: Any) -> str:
    return '<div class="table" tabindex="0"><table>\n'


def _table_close(*_: Any) -> str:
    return "</table></div>\n"


def _scrollable(render: Callable[..., str]) -> Callable[..., str]:
    def scrollable(*arguments: Any) -> str:
        return render(*arguments).replace("<pre>", '<pre tabindex="0">', 1)

    return scrollable


def _footnote_caption(_renderer: Any, tokens: Sequence[Token], index: int, *_: Any) -> str:
    return str(tokens[index].meta["id"] + 1)


def _footnote_anchor(
    renderer: Any, tokens: Sequence[Token], index: int, options: Any, env: Any
) -> str:
    number = renderer.rules["footnote_anchor_name"](tokens, index, options, env)
    sub = tokens[index].meta["subId"]
    target = f"fnref{number}:{sub}" if sub > 0 else f"fnref{number}"
    return (
        f' <a href="#{target}" class="footnote-backref" aria-label="Back to reference {number}">'
        "\u21a9\ufe0e</a>"
    )
