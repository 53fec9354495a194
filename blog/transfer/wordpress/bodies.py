"""From the content of a WordPress post to HTML that says it all: paragraphs that WordPress adds
when it shows the post, footnotes that it keeps elsewhere, blocks without content of their own.
"""

import html
import json
import re
from collections.abc import Iterator

from blog.transfer.from_html.losses import Losses
from blog.transfer.wordpress.shortcodes import Pictures, Shortcodes

_BLOCK = re.compile(r"\s+(?P<closing>/)?wp:(?P<name>[a-z][\w/-]*)(?P<rest>.*)", re.DOTALL)
_PROTECTED = re.compile(r"<(pre|script|style|textarea|svg)\b", re.IGNORECASE)
_TAGS = (
    "table|thead|tfoot|caption|colgroup|tbody|tr|td|th|div|dl|dd|dt|ul|ol|li|pre|form|blockquote"
    "|address|p|h[1-6]|hr|fieldset|section|article|aside|header|footer|nav|figure|figcaption"
    "|details|summary|iframe|video|audio"
)
_BLOCK_START = re.compile(rf"\n*(<(?:{_TAGS})(?=[\s/>]))", re.IGNORECASE)
_BLOCK_END = re.compile(rf"(</(?:{_TAGS})\s*>|<hr\b[^<>]*>)\n*", re.IGNORECASE)
_IS_BLOCK = re.compile(rf"\s*</?(?:{_TAGS})[\s/>]", re.IGNORECASE)
_BREAKS_WITHIN = re.compile(r"\s*<(?:p|li|td|dd|blockquote|h[1-6])[\s>]", re.IGNORECASE)
# What a block without content would show; the rest is furniture of the theme.
_SHOWN_BY_SERVER = re.compile(r"block|latest-posts|query|latest-comments|rss|archives|.*/.*")


def to_html(content: str, meta: dict[str, str], losses: Losses, pictures: Pictures) -> str:
    """Return the whole HTML of a post's `content`, as WordPress would show it."""
    content = content.replace("\r\n", "\n").replace("\r", "\n")
    has_blocks = "<!-- wp:" in content
    content = "".join(_without_marks(content, losses))
    content = Shortcodes(losses, pictures).replace(content)
    return (content if has_blocks else add_paragraphs(content)) + _footnotes(meta)


def teaser(content: str) -> str:
    """Return the HTML above WordPress's "more" mark, "" where there is none."""
    above: list[str] = []
    for text, comment in _split_at_comments(content):
        above.append(text)
        if _is_more(comment):
            return "".join(above)
    return ""


def add_paragraphs(content: str) -> str:
    """Return old content with the paragraphs and line breaks that its empty lines stand for."""
    kept: list[str] = []
    content = "".join(_put_aside(content, kept))
    content = _BLOCK_END.sub(r"\1\n\n", _BLOCK_START.sub(r"\n\n\1", content))
    written = [_paragraph(part) for part in re.split(r"\n\s*\n", content) if part.strip()]
    return re.sub(
        r'<div data-kept="(\d+)"></div>', lambda found: kept[int(found[1])], "\n".join(written)
    )


def _split_at_comments(content: str) -> Iterator[tuple[str, str]]:
    """Yield each stretch of text with the inside of the comment that follows it."""
    at = 0
    while (start := content.find("<!--", at)) >= 0 and (end := content.find("-->", start)) >= 0:
        yield content[at:start], content[start + 4 : end]
        at = end + 3
    yield content[at:], ""


def _without_marks(content: str, losses: Losses) -> Iterator[str]:
    """Yield the content without the marks of blocks and pages."""
    for text, comment in _split_at_comments(content):
        yield text
        if block := _BLOCK.fullmatch(comment):
            if block["rest"].rstrip().endswith("/") and _SHOWN_BY_SERVER.fullmatch(block["name"]):
                losses[f"the block “{block['name']}”"] += 1
        elif _is_more(comment) or comment == "nextpage":
            yield "\n\n"


def _is_more(comment: str) -> bool:
    return comment == "more" or comment.startswith("more ")


def _put_aside(content: str, kept: list[str]) -> Iterator[str]:
    """Yield the content with stand-ins for code and the like, whose lines stay as they are."""
    lower, at = content.lower(), 0
    while found := _PROTECTED.search(content, at):
        end = lower.find(f"</{found[1].lower()}", found.end())
        end = lower.find(">", end) + 1 if end >= 0 else 0
        if not end:
            break
        yield content[at : found.start()]
        kept.append(content[found.start() : end])
        yield f'\n\n<div data-kept="{len(kept) - 1}"></div>\n\n'
        at = end
    yield content[at:]


def _paragraph(part: str) -> str:
    part = part.strip("\n")
    if _BREAKS_WITHIN.match(part):
        return part.replace("\n", "<br>")
    return part if _IS_BLOCK.match(part) else f"<p>{part.replace(chr(10), '<br>')}</p>"


def _footnotes(meta: dict[str, str]) -> str:
    """Return the list of the notes that WordPress keeps beside the post."""
    try:
        notes = json.loads(meta.get("footnotes") or "[]")
        items = [
            f'<li id="{html.escape(str(note["id"]))}">{note["content"]}</li>' for note in notes
        ]
    except (ValueError, TypeError, KeyError):
        return ""
    return f"<ol>{''.join(items)}</ol>" if items else ""
