"""How hard a text is to read, by a measure that works in most languages that have spaces."""

import re

from generation.checks.material import Material
from generation.schemas import Finding

NAME = "reading level"
PROMISE = "It reads like a newspaper, not like a statute."
# LIX: words per sentence, and the percentage of words of more than six letters. Björnsson 1968
# calls 50 to 60 hard (official texts) and what is above very hard.
HARD_FROM = 60
_LONG_WORD = 7
_FEWEST_WORDS = 100
_LONGEST_SENTENCE = 45
_WORD = re.compile(r"[^\W\d_]+")


def check(material: Material) -> list[Finding]:
    """Warn of a text that is very hard to read, and name its longest sentence."""
    sentences = [sentence.text for sentence in material.article.sentences()]
    words = [_WORD.findall(sentence) for sentence in sentences]
    number = sum(map(len, words))
    if number < _FEWEST_WORDS:
        return []
    long = sum(len(word) >= _LONG_WORD for one in words for word in one)
    lix = number / len(sentences) + 100 * long / number
    longest = max(range(len(sentences)), key=lambda n: len(words[n]))
    if lix < HARD_FROM and len(words[longest]) <= _LONGEST_SENTENCE:
        return []
    what = (
        f"The text is very hard to read (LIX {lix:.0f}; newspapers have about 45)."
        if lix >= HARD_FROM
        else f"A sentence has {len(words[longest])} words."
    )
    return [
        Finding(
            check=NAME,
            level="warn",
            message=f"{what} Break long sentences; say it in shorter words.",
            sentence=sentences[longest],
        )
    ]
