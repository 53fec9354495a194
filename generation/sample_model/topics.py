"""What passages are about: the heading they stand under, or the nouns that set them apart."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from math import log

from generation import relevance
from generation.sources import text

_MARKS = re.compile(r"^[#=*\s]+|[#=*:\s]+$")
_VERSION = re.compile(r"(?:version|release)?\s*(v?\d+\.\d+(?:\.\w+)*)\b.*", re.IGNORECASE)
# Headings that every page has tell nothing about their passage.
_EMPTY_HEADINGS = re.compile(
    r"(?:introduction|overview|summary|conclusion|contents?|table of contents|background|notes?"
    r"|misc\w*|about|faq|what(?:'|’)s new|changes|changelog|release notes|added|changed"
    r"|fixed|removed|security|deprecated|bug ?fixes|features|improvements|other(?: changes)?"
    r"|einleitung|fazit|überblick|zusammenfassung|inhalt|hintergrund|key takeaways|tl;?dr"
    r"|unreleased)\b[^\w]*|[\W\d]+|(?:\w+ ){0,2}\d{4}|\d{4}-\d\d-\d\d",
    re.IGNORECASE,
)
# After one of these words stands a noun, with or without an adjective.
_LEADERS_LISTED = (
    "a an the of for on in its their his her our your with by from at under into against "
    "between through over per within without about during der die das den dem des ein eine "
    "einen einem einer eines im am zum zur von mit für auf aus bei über unter gegen ohne "
    "seine ihre"
)
_LEADERS = frozenset(_LEADERS_LISTED.split())
# What is counted, and when: it heads no section.
_PLAIN_LISTED = (
    "one two three four five six seven eight nine ten eleven twelve dozen hundred thousand "
    "million percent year years month months week weeks day days hour hours minute minutes "
    "time today monday tuesday wednesday thursday friday saturday sunday january february "
    "march april june july august september october november december spring summer autumn "
    "winter everybody everyone anybody half number lot part way kind prozent jahr jahre "
    "jahren monat monate woche tag tage stunden uhr montag dienstag mittwoch donnerstag "
    "freitag samstag sonntag januar februar märz juni juli oktober dezember"
)
_PLAIN = frozenset(_PLAIN_LISTED.split())
_VERBAL = re.compile(
    r".*(?:ed|ly|ing|est|ous|ful|ive)|stood|took|paid|ran|fell|rose|grew|began|went|came|gave|found"
    r"|kept|left|lost|sold|told|won|wrote|saw|held|led|met|sent|set|put|cut|hit|spent|built|cost|worst|best|least",
    re.IGNORECASE,
)
_OBJECT = re.compile(r"(?:the|an?|its|their|his|her|this|that|every|all|no|\d.*)", re.IGNORECASE)


@dataclass(frozen=True)
class Phrase:
    """Some neighbouring words of a passage, and the stems by which two phrases are compared."""

    text: str
    stems: frozenset[str]
    worth: float


def is_heading(line: str, following: str) -> bool:
    """Whether a line of extracted text was a heading: short, no sentence, text after it."""
    bare = _MARKS.sub("", line)
    if not bare or len(bare) > 100 or len(bare.split()) > 12 or line.startswith(("- ", "| ", "• ")):
        return False
    if re.search(r"[.!;,…][\"'”’)]*$", bare) or " | " in line:
        return False
    if line.startswith("#") or _VERSION.fullmatch(bare) or _EMPTY_HEADINGS.fullmatch(bare):
        return True
    is_above_text = len(following) > len(bare) + 20 or following.startswith(("- ", "* ", "• "))
    return is_above_text and bare[0].isupper()


def of_heading(heading: str, title: str) -> str:
    """Return what a heading says its passages are about, "" when it says nothing of its own."""
    bare = re.sub(r"^(?:\d+[.):]|[A-Z]\.)\s+(?=\D)", "", _MARKS.sub("", heading)).strip()
    if version := _VERSION.fullmatch(bare):
        return f"Version {version[1].lstrip('v')}"
    if not 3 <= len(bare) <= 70 or bare.endswith("?") or bare.casefold() == title.casefold():
        return ""
    return "" if _EMPTY_HEADINGS.fullmatch(bare) else bare


def in_mid_line(words: str, source: str) -> str:
    """Words as they stand in the middle of a line: in small letters, but for names."""
    first, space, rest = words.partition(" ")
    is_name = re.search(rf"[\w,;] {re.escape(first)}(?!\w)", source) or rest[:1].isupper()
    if is_name or any(c.isupper() for c in first[1:]) or _is_german(source):
        return words
    return f"{first[:1].lower()}{first[1:]}{space}{rest}"


def _is_german(source: str) -> bool:
    """German has a capital for every noun."""
    return bool(re.search(r"\b(?:der|und|ist|ein|eine|nicht|für)\b", source))


def name(passages: list[str], others: list[str], *, avoid: set[str], conjunction: str) -> str:
    """Return one or two phrases that set passages apart from the others; "" when none does.

    `avoid` are stems that would not tell them apart: those of the article's title.
    """
    found = sorted(_phrases(passages, passages + others, avoid), key=lambda p: -p.worth)
    if not found:
        return ""
    best = found[0]
    second = next((p for p in found if not p.stems & best.stems), None)
    named = best.text
    if second and second.worth > 0.5 * best.worth and len(named) + len(second.text) < 50:
        named = f"{named}{conjunction}{in_mid_line(second.text, ' '.join(passages))}"
    return named[:1].upper() + named[1:]


def _phrases(passages: list[str], everything: list[str], avoid: set[str]) -> Iterator[Phrase]:
    here = Counter(stem for passage in passages for stem in set(relevance.words(passage)))
    anywhere = Counter(stem for passage in everything for stem in set(relevance.words(passage)))
    for place, passage in enumerate(passages):
        for words, weight in _nouns(passage):
            stems = frozenset(relevance.words(" ".join(words)))
            if not stems or stems <= avoid:
                continue
            rarity = sum(here[s] * log(1 + len(everything) / (anywhere[s] or 1)) for s in stems)
            worth = weight * rarity / len(words) * (1.5 if len(words) > 1 else 0.5)
            worth *= (0.6 if stems & avoid else 1.0) * (1 + 0.3 / (1 + place))
            yield Phrase(" ".join(words), stems, worth)


def _nouns(passage: str) -> Iterator[tuple[list[str], float]]:
    """What the sentences are about, and with less weight what else stands behind an article."""
    is_german = _is_german(passage)
    for sentence in text.sentences(passage):
        is_first = True
        for run in re.split(r"[^\w\s'’+#-]+", sentence):
            leader, words = "", list[str]()
            for word in [*run.split(), ""]:
                if word and word.casefold() not in relevance.STOP_WORDS | _PLAIN:
                    words.append(word)
                    continue
                is_led = leader in _LEADERS or (is_first and (not leader or leader in _PLAIN))
                if words and is_led and (nouns := _noun(words, word, is_german=is_german)):
                    yield nouns, 1.7 if is_first else 1.0
                is_first = is_first and not words
                leader, words = word.casefold(), []


def _noun(words: list[str], following: str, *, is_german: bool) -> list[str]:
    """The noun of a run of words and what stands before it, without a verb behind it."""
    words = list(words)
    if len(words) > 1 and (_OBJECT.fullmatch(following) or words[-1].endswith("s")):
        is_verb = _OBJECT.fullmatch(following) or following in ("on", "at", "in", "to", "with")
        words = words[:-1] if is_verb else words
    while words and (_VERBAL.fullmatch(words[-1]) or (is_german and words[-1][0].islower())):
        words.pop()
    # "chain grows longer": what ends in s in the middle is a verb.
    verb = next(
        (n for n, word in enumerate(words) if 0 < n < len(words) - 1 and word[-1] == "s"), None
    )
    words = words[:verb][-2:]
    is_plain = all(
        word.replace("-", "").replace("’", "").replace("'", "").isalpha() for word in words
    )
    if not words or not is_plain or words[-1].endswith(("’s", "'s", "s’", "s'")):
        return []
    return words if len(words) > 1 or len(words[0]) > 4 else []
