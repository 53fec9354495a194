"""The only place where text becomes HTML: Markdown in, sanitised HTML out."""

import nh3
from markdown_it import MarkdownIt


def render_markdown(text: str) -> str:
    """Return safe HTML of Markdown `text`, whoever wrote it."""
    return nh3.clean(MarkdownIt("commonmark").render(text))
