"""A picture that stands alone is a figure; its Markdown title is the caption."""

from markdown_it.common.utils import escapeHtml
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from blog.markdown_rules.tokens import markup, neighbours


def make_figures(state: StateCore) -> None:
    """Turn paragraphs of one picture alone, linked or not, into figures."""
    for opening, inline, closing in neighbours(state.tokens, 3):
        if (opening.type, closing.type) != ("paragraph_open", "paragraph_close"):
            continue
        # A hidden paragraph is no paragraph of the page: the item of a tight list.
        if opening.hidden or not (image := _lone_image(inline.children or [])):
            continue
        opening.tag = closing.tag = "figure"
        if caption := image.attrs.pop("title", ""):
            inline.children = [
                *(inline.children or []),
                markup(f"<figcaption>{escapeHtml(str(caption))}</figcaption>"),
            ]


def _lone_image(tokens: list[Token]) -> Token | None:
    types = [token.type for token in tokens if token.type != "text" or token.content.strip()]
    if types not in (["image"], ["link_open", "image", "link_close"]):
        return None
    return next(token for token in tokens if token.type == "image")
