"""Which words of a text carry its subject, and how much of a subject another text shares."""

import re
from collections.abc import Iterable
from pathlib import Path

from generation.sources import text

_WORD = re.compile(r"[^\W\d_](?:[\w'’.+#-]*\w|[+#]+)?|\d[\w.,:-]*\w|\d")
_CODES = {"English": "en", "German": "de", "French": "fr", "Spanish": "es"}


def _stop_words() -> dict[str, frozenset[str]]:
    lists = Path(__file__).with_name("stop_words.txt").read_text("utf-8").split("# ")[1:]
    parts = ((name, words) for name, _, words in (one.partition("\n") for one in lists))
    return {_CODES[name.strip()]: frozenset(words.split()) for name, words in parts}


# Words that say nothing about a subject.
STOP_WORDS_OF = _stop_words()
STOP_WORDS = frozenset().union(*STOP_WORDS_OF.values())


def words(source: str) -> list[str]:
    """Return the words of a text in order, lower case, each reduced to a crude stem."""
    return [stem(word) for word in telling(source)]


def telling(source: str) -> list[str]:
    """Return the words of a text in order, lower case, without those that say nothing."""
    return [word for word in _WORD.findall(source.casefold()) if word not in STOP_WORDS]


def stem(word: str) -> str:
    """Return a word without its most common endings, so that "caches" meets "caching"."""
    word = re.sub(r"['’]s?$", "", word)
    if len(word) > 5:
        word = re.sub(r"(?:ings?|ed|es|en|er|e|s|n)$", "", word)
    elif len(word) > 3:
        word = re.sub(r"(?:es|e|(?<!s)s)$", "", word)
    return word


def excerpt(source: str, subject: Iterable[str], *, limit: int) -> str:
    """Return at most `limit` characters of a text: its beginning and what bears on the subject.

    `subject` are the stems of its words. Whole lines are kept, in their order; a gap is marked by
    a line of its own, "[…]".
    """
    if len(source) <= limit:
        return source
    wanted = set(subject)
    lines = [piece for line in source.split("\n") if line for piece in _short(line, limit // 4)]
    chosen: set[int] = set()
    room = limit
    for number in sorted(range(len(lines)), key=lambda n: _rank(lines[n], n, wanted)):
        if len(lines[number]) + 5 <= room:
            chosen.add(number)
            room -= len(lines[number]) + 5
    kept: list[str] = []
    for number, line in enumerate(lines):
        if number in chosen:
            kept.append(line)
        elif kept and kept[-1] != "[…]":
            kept.append("[…]")
    return "\n".join(kept)


def _rank(line: str, number: int, wanted: set[str]) -> tuple[bool, float, int]:
    """The first lines first, then by the share of the subject's words."""
    shared = len(wanted & set(words(line)))
    return number > 2, -shared / (len(line) + 200) ** 0.5, number


def _short(line: str, limit: int) -> list[str]:
    """A line, or its sentences where it is a whole page."""
    return [line] if len(line) <= limit else text.sentences(line)
