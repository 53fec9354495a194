"""The formats, by the names that people type."""

from collections.abc import Callable

from blog.transfer.ghost.reader import GhostReader
from blog.transfer.markdown.reader import MarkdownReader
from blog.transfer.reading import Reader, Reading
from blog.transfer.wordpress.reader import WordPressReader

NAMES = {
    "wordpress": "WordPress (WXR, .xml)",
    "ghost": "Ghost (.json)",
    "markdown": "Markdown with front matter (Jekyll, Hugo)",
}


def reader(name: str, reading: Reading) -> Reader:
    """Return the reader of a format. Raises FormatRefused."""
    readers: dict[str, Callable[[Reading], Reader]] = {
        "wordpress": WordPressReader,
        "ghost": GhostReader,
        "markdown": MarkdownReader,
    }
    return readers[name](reading)
