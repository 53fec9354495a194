"""Headings whose levels leave one out: readers see them mended, so it warns who meant otherwise.

The title of the page is the first level; a text may begin with any, and goes down one at a time.
"""

from collections.abc import Iterator

from markdown_it import MarkdownIt

from blog.checks.text import Finding, Text, shorten

NAME = "heading order"
_BLOCKS = MarkdownIt("commonmark").disable("text_join")


def check(text: Text) -> list[Finding]:
    """Name each heading that is written more than one level below the one before it."""
    findings, above = [], 0
    for level, words in _written(text.draft.body):
        if above and level > above + 1:
            message = (
                f"This heading of level {level} follows one of level {above}; readers see it one"
                f" level below that. Begin it with {'#' * (above + 1)}."
            )
            findings.append(
                Finding(check=NAME, level="warn", message=message, where=shorten(words))
            )
        above = level
    return findings


def _written(body: str) -> Iterator[tuple[int, str]]:
    """Yield the level and the words of each heading, as its author wrote it."""
    tokens = _BLOCKS.parse(body)
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            words = "".join(child.content for child in tokens[place + 1].children or [])
            # The first level is the page's own; as a heading in the text it means the second.
            yield max(2, int(token.tag[1])), words
