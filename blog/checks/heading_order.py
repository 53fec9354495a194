"""Headings that skip a level mislead whoever walks a text by them; it stays readable, so it warns.

The title of the page is the first level, and the text begins with the second.
"""

from blog.checks.text import Finding, Text, shorten, words_of

NAME = "heading order"


def check(text: Text) -> list[Finding]:
    """Name each heading that stands more than one level below the one before it."""
    findings, above = [], 1
    for heading in text.tree.iter("h2", "h3", "h4", "h5", "h6"):
        level = int(heading.tag[1])
        if level > above + 1:
            message = (
                f"This heading of level {level} follows one of level {above}; a level is missing"
                f" between them. Begin it with {'#' * (above + 1)}."
            )
            where = shorten(words_of(heading))
            findings.append(Finding(check=NAME, level="warn", message=message, where=where))
        above = level
    return findings
