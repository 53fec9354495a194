"""Which way a paragraph runs, where it runs the other way than the rest of its text.

The page says by its language how a text runs. The browser's own guess, by a paragraph's first
letter, would turn every Arabic paragraph round that begins with a name in Latin letters.
"""

import re

from markdown_it.rules_core import StateCore

from blog.markdown_rules.tokens import neighbours, words_of

_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_LETTER = re.compile(r"[^\W\d_]")
# A paragraph with more of the other letters than this is written in the other language.
_CLEARLY = 0.8


def point_the_other_way(state: StateCore) -> None:
    """Say the direction of paragraphs that are written in the other one than the whole text."""
    if not _RIGHT_TO_LEFT.search(state.src):
        return
    paragraphs = [
        (opening, words_of(inline.children))
        for opening, inline in neighbours(state.tokens, 2)
        if opening.type == "paragraph_open"
    ]
    is_text_leftward = _leftward_share("".join(said for _opening, said in paragraphs)) > 0.5
    for opening, said in paragraphs:
        share = _leftward_share(said)
        # Items of a tight list, hidden here, keep their marks on one side.
        if opening.tag != "p" or opening.hidden:
            continue
        if is_text_leftward and share < 1 - _CLEARLY:
            opening.attrSet("dir", "ltr")
        elif not is_text_leftward and share > _CLEARLY:
            opening.attrSet("dir", "rtl")


def _leftward_share(words: str) -> float:
    """Return which part of the letters runs from right to left; a half where there are none."""
    letters = len(_LETTER.findall(words))
    return len(_RIGHT_TO_LEFT.findall(words)) / letters if letters else 0.5
