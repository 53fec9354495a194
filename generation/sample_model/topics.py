"""What a passage is about: the heading it stands under, or the words that matter most in it."""

import re
from collections import Counter
from itertools import pairwise

from generation import relevance

_MARKS = re.compile(r"^[#=*\s]+|[#=*:\s]+$")
_WORD = re.compile(r"[\w][\w.+#'’-]*[\w+#]|\w")
# Headings that every page has tell nothing about their passage.
_EMPTY_HEADINGS = re.compile(
    r"(?:introduction|overview|summary|conclusion|contents?|table of contents|background|notes?"
    r"|misc\w*|about|faq|what(?:'|’)s new|changes|changelog|release notes|added|changed"
    r"|fixed|removed|security|deprecated|bug ?fixes|features|improvements|other(?: changes)?"
    r"|einleitung|fazit|überblick|zusammenfassung|inhalt|hintergrund|key takeaways|tl;?dr|unreleased)\b[^\w]*",
    re.IGNORECASE,
)
_VERSION_OR_DATE = re.compile(r"[\W\dv]+|v?\d[\w.]*(?:\s*[-–—(].*)?|\d{4}-\d\d.*", re.IGNORECASE)


def is_heading(line: str, following: str) -> bool:
    """Whether a line of extracted text was a heading: short, no sentence, text after it."""
    bare = _MARKS.sub("", line)
    if not bare or len(bare) > 100 or len(bare.split()) > 12 or line.startswith(("- ", "| ", "• ")):
        return False
    if re.search(r"[.!;,…][\"'”’)]*$", bare) or " | " in line:
        return False
    is_marked = line.startswith("#")
    is_above_text = len(following) > len(bare) + 20 or following.startswith(("- ", "* ", "• "))
    return is_marked or (is_above_text and (bare[0].isupper() or bare[0].isdigit()))


def tidy(heading: str) -> str:
    """Return a heading without the marks and numbers around it."""
    return re.sub(r"^(?:\d+(?:\.\d+)*[.):]?|[A-Z]\.)\s+(?=\D)", "", _MARKS.sub("", heading)).strip()


def is_telling(heading: str) -> bool:
    """Whether a heading says what its passage is about."""
    if not 3 <= len(heading) <= 70 or heading.endswith("?"):
        return False
    return not (_EMPTY_HEADINGS.fullmatch(heading) or _VERSION_OR_DATE.fullmatch(heading))


def frequencies(texts: list[str]) -> Counter[str]:
    """Return how often each stem, and each pair of neighbouring stems, stands in the texts."""
    counts: Counter[str] = Counter()
    for text in texts:
        stems = [_stem(word) for word in _WORD.findall(text)]
        counts.update(stem for stem in stems if stem)
        counts.update(f"{one} {two}" for one, two in pairwise(stems) if one and two)
    return counts


def phrase(quote: str, frequency: Counter[str]) -> str:
    """Return the two or three neighbouring words of a quote that its sources use most."""
    words = _WORD.findall(quote)
    best, worth = "", 0.0
    for start in range(len(words)):
        for size in (2, 3, 1):
            piece = words[start : start + size]
            value = _worth(piece, frequency)
            if len(piece) == size and value > worth and " ".join(piece) in quote:
                best, worth = " ".join(piece), value
    return best[:1].upper() + best[1:]


def _worth(words: list[str], frequency: Counter[str]) -> float:
    """Pairs that return are worth most; words that are capitalised inside a sentence more."""
    stems = [_stem(word) for word in words]
    if not words or not all(stems) or words[-1][0].isdigit() or len(words[0]) < 3:
        return 0.0
    pairs = [frequency[f"{one} {two}"] - 1 for one, two in pairwise(stems)]
    named = sum(word[0].isupper() for word in words)
    if len(words) == 1:
        return min(frequency[stems[0]], 8) * 0.25 + 0.3 * named
    return sum(pairs) * 1.5 + 0.6 * named + 0.05 * sum(min(frequency[s], 8) for s in stems)


def _stem(word: str) -> str:
    folded = word.casefold()
    return "" if folded in relevance.STOP_WORDS else relevance.stem(folded)
