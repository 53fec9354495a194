"""A guard against paragraphs that were made to exhaust the parser."""

from markdown_it.rules_core import StateCore

# Beyond these the rules for links and quotes take quadratic time; no honest paragraph comes near.
MAX_UNBROKEN = 2000
MAX_QUOTES = 2000


def show_hostile_paragraphs_as_written(state: StateCore) -> None:
    """Skip the inline rules for paragraphs that look made to exhaust them."""
    for token in state.tokens:
        if token.type == "inline" and _looks_hostile(token.content):
            token.type = "text"


def _looks_hostile(text: str) -> bool:
    longest = max(map(len, text.split()), default=0)
    return longest > MAX_UNBROKEN or text.count('"') + text.count("'") > MAX_QUOTES
