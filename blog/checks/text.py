"""What a content check looks at, and what it may say about it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, Self

import lxml.html
from django.utils.functional import cached_property
from lxml.html import HtmlElement

from blog import languages, rendering
from blog.models import Post
from blog.revisions import Draft

_BLOCKS = {"p", "li", "td", "th", "h2", "h3", "h4", "h5", "h6", "figcaption", "dt", "dd"}
# No post can have this slug.
_UNNAMED = "_"
# An ideograph is a word of its own; elsewhere hyphens and apostrophes join one.
_IDEOGRAPHS = "\u3040-\u30ff\u3400-\u9fff"
_LETTERS = rf"[^\W{_IDEOGRAPHS}]+"
_WORD = re.compile(rf"[{_IDEOGRAPHS}]|{_LETTERS}(?:['’-]{_LETTERS})*")


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What a check has to say; `block` means that it must not be approved like this."""

    check: str
    level: Literal["pass", "warn", "block"]
    message: str
    # The words or the block that it is about.
    where: str = ""


@dataclass(frozen=True)
class Text:
    """A text as it would be saved, and what readers would see of it."""

    draft: Draft
    # Whose text it is; None while the post was never saved.
    post: Post | None
    html: str

    @classmethod
    def of(cls, draft: Draft, post: Post | None = None) -> Self:
        """Return the text as readers would see it. Raises TextTooLong."""
        return cls(draft, post, rendering.render_markdown(draft.body))

    @cached_property
    def tree(self) -> HtmlElement:
        """Our own sanitised HTML of the body, as a tree."""
        return lxml.html.fragment_fromstring(self.html, create_parent="div")

    @cached_property
    def address(self) -> str:
        """The path at which readers find it, or would."""
        view = "blog:page" if self.post and self.post.kind == Post.Kind.PAGE else "blog:post"
        return languages.reverse_in(self.draft.language, view, self.draft.slug or _UNNAMED)

    @property
    def word_count(self) -> int:
        """How many words the body has, as readers see it."""
        return len(_WORD.findall(rendering.plain_text(self.html)))

    def passages(self) -> list[str]:
        """Return every piece of prose that readers see, one block of the body each; no code."""
        draft = self.draft
        heads = [draft.title, draft.seo_title, draft.summary, draft.seo_description]
        blocks: dict[HtmlElement, list[str]] = {}
        for words in self.tree.xpath(".//text()[not(ancestor::pre)]"):
            blocks.setdefault(_block_of(words), []).append(words)
        lines = (" ".join("".join(pieces).split()) for pieces in blocks.values())
        return [passage for passage in dict.fromkeys([*heads, *lines]) if passage]


Check = Callable[[Text], list[Finding]]


def words_of(element: HtmlElement) -> str:
    """Return the words in an element of the tree, on one line."""
    return " ".join(element.text_content().split())


def _block_of(words: Any) -> HtmlElement:
    """The innermost block around a piece of text (of XPath's kind, which knows where it stands)."""
    element = words.getparent().getparent() if words.is_tail else words.getparent()
    while element.tag not in _BLOCKS and element.getparent() is not None:
        element = element.getparent()
    return element


def shorten(words: str) -> str:
    """Return `words` as a finding shows them."""
    return rendering.shorten(words, characters=160)
