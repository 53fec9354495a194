"""One file of a folder of Markdown: where it stands and what is in it."""

from dataclasses import dataclass

from blog.transfer.markdown.front_matter import Document
from blog.transfer.markdown.layout import Place


@dataclass(frozen=True)
class Page:
    """A file."""

    place: Place
    document: Document
