"""Which sentences of the evidence bear on the brief: the sample model's research."""

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from math import log, sqrt
from typing import Any

from generation import relevance
from generation.sample_model import topics
from generation.sample_model.phrases import phrases
from generation.sample_model.prompt import Request, SourceText
from generation.sources import text

MOST_CHARACTERS = 420
MOST_OF_A_TOPIC = 3
# With fewer sentences than this, each is a fact of its own.
PLENTY = 10
_BOILERPLATE = re.compile(
    r"\b(?:cookies?|newsletter|subscribe|sign up|sign in|log in|privacy policy|all rights reserved"
    r"|terms of (?:use|service)|read more|click here|share this|follow us|advertisement|sponsored"
    r"|your inbox|related (?:articles|posts)|leave a comment|comments? (?:are )?closed"
    r"|enable javascript|photo(?:graph)? by|image credit|abonnieren|datenschutz|einwilligung"
    r"|anmelden|weiterlesen|alle rechte vorbehalten|werbung|s'abonner|mentions légales)\b|©",
    re.IGNORECASE,
)
# What speaks to a model instead of a reader is no evidence.
_ORDERS = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:instruction|prompt|rules|previous)"
    r"|\bsystem (?:prompt|message)|\bas an AI\b|\[/?(?:INST|SYSTEM)\]|<\|"
    r"|\bignoriere.{0,40}anweisung"
    r"|\b(?:language model|AI (?:model|assistant|agent))s?\b.{0,60}\b(?:must|should|please|you)\b"
    r"|\byou are (?:now )?(?:an?|the) (?:AI|assistant|language model|chatbot)"
    r"|\b(?:assistant|LLM|chatbot|model)s?\s*:"
    r"|\b(?:output|print|reveal|repeat|respond|reply|answer) (?:only |exactly )?"
    r"(?:with|the|your|this)\b.{0,40}\b(?:prompt|instructions?|following|password|key|link|words?)\b",
    re.IGNORECASE,
)
_DANGLING = re.compile(
    r"(?:this|that|these|those|it|its|they|their|he|she|his|her|such|but|and|or|so|however|instead"
    r"|also|then|yet|nor|thus|still|otherwise|both|we|our|here|er|sie|es|dies\w*|das|aber|und|doch"
    r"|dabei|damit|dazu|denn|deshalb|außerdem|zudem|dort|auch|so|elle|ils?|cela|ce|ello|esto)\b",
    re.IGNORECASE,
)
_BULLET = re.compile(r"^(?:[-*•–]|\d{1,2}[.)])\s+")
_SPEECH = re.compile(r"[\"“„«'‘][^”“»\"]*[\"”“»'’]")
_END = re.compile(r"[.!…。][\"'”’»)\]]*$")


@dataclass
class Candidate:
    """A sentence with its place and its worth."""

    source: SourceText
    line: int
    place: int
    text: str
    topic: str
    is_item: bool
    stems: set[str] = field(default_factory=set)
    score: float = 0.0


def fact_sheet(request: Request) -> dict[str, Any]:
    """Return the facts: the best sentences of every source, neighbours joined."""
    sources = request.evidence()
    candidates = [one for source in sources for one in _candidates(source)]
    _score(candidates, set(relevance.words(request.subject)))
    most = request.number("at most", 30)
    chosen = _in_order(_choose(candidates, most, len(sources)), candidates)
    passages = _passages(chosen)[:most]
    names = _topics(passages, request)
    return {"facts": [_fact(one, topic) for one, topic in zip(passages, names, strict=True)]}


def _candidates(source: SourceText) -> list[Candidate]:
    """The sentences that could be quoted, each with the topic it stands under."""
    found = []
    topic = ""
    lines = source.text.split("\n")
    for number, line in enumerate(lines):
        if topics.is_heading(line, next(filter(None, lines[number + 1 :]), "")):
            topic = topics.of_heading(line, source.title) or _kept(topic)
            continue
        is_item = bool(_BULLET.match(line))
        for place, sentence in enumerate(text.sentences(line)):
            if _is_quotable(sentence, is_item=is_item):
                found.append(Candidate(source, number, place, sentence, topic, is_item))
    return found


def _kept(topic: str) -> str:
    """A version goes on under "Added" and "Fixed"; other topics end with the next heading."""
    return topic if topic.startswith("Version ") else ""


def _is_quotable(sentence: str, *, is_item: bool) -> bool:
    if not 20 <= len(sentence) <= MOST_CHARACTERS or len(sentence.split()) < 4:
        return False
    letters = sum(character.isalpha() for character in sentence)
    marks = sum(not (character.isalnum() or character.isspace()) for character in sentence)
    if letters < 0.5 * len(sentence) or marks > 0.2 * len(sentence):
        return False
    if any(piece in sentence for piece in ("http", " | ", "[…]")):
        return False
    if not is_item and (not _END.search(sentence) or sentence[0].islower()):
        return False
    return not (_BOILERPLATE.search(sentence) or _ORDERS.search(sentence))


def _score(candidates: list[Candidate], subject: set[str]) -> None:
    """Words of the subject count, rare ones more; so do figures, and standing near the top."""
    for one in candidates:
        one.stems = set(relevance.words(one.text))
    spread = Counter(stem for one in candidates for stem in one.stems)
    for one in candidates:
        shared = sum(log(1 + len(candidates) / spread[stem]) for stem in one.stems & subject)
        near = len(subject & set(relevance.words(one.topic)))
        one.score = shared / sqrt(8 + len(one.stems)) + 0.25 * near
        one.score += 0.5 / (1 + one.line) + (0.15 if re.search(r"\d", one.text) else 0)
        one.score -= 0.6 * _leans(one.text)


def _leans(sentence: str) -> bool:
    """Whether one must have read the sentence before: "They", or speech without a speaker."""
    return bool(_DANGLING.match(sentence) or _SPEECH.fullmatch(sentence))


def _choose(candidates: list[Candidate], most: int, sources: int) -> list[Candidate]:
    """The best ones that differ, each source having its say."""
    share = most if sources == 1 else max(2, round(1.6 * most / max(1, sources)))
    taken: Counter[str] = Counter()
    chosen: list[Candidate] = []
    for one in sorted(candidates, key=lambda c: -c.score):
        if len(chosen) == most:
            break
        if taken[one.source.label] < share and not any(_is_alike(one, other) for other in chosen):
            taken[one.source.label] += 1
            chosen.append(one)
    return chosen


def _is_alike(one: Candidate, other: Candidate) -> bool:
    shared = len(one.stems & other.stems)
    return shared > 0.6 * min(len(one.stems), len(other.stems) or 1)


def _in_order(chosen: list[Candidate], candidates: list[Candidate]) -> list[Candidate]:
    """In the order of the texts; a sentence that leans on the one before it brings it along."""
    kept = {id(one) for one in chosen}
    for before, one in pairwise(candidates):
        if id(one) in kept and _leans(one.text):
            if (before.source.label, before.line) == (one.source.label, one.line):
                kept.add(id(before))
            elif len(chosen) > 6:
                kept.discard(id(one))
    return [one for one in candidates if id(one) in kept]


def _passages(chosen: list[Candidate]) -> list[list[Candidate]]:
    """Neighbours become one passage, if it is not too long: pairs, and what leans on them."""
    passages: list[list[Candidate]] = []
    for one in chosen:
        last = passages[-1] if passages else []
        is_wanted = _leans(one.text) or (len(last) < 2 and len(chosen) > PLENTY)
        if last and is_wanted and _are_neighbours(last, one):
            last.append(one)
        else:
            passages.append([one])
    return passages


def _are_neighbours(passage: list[Candidate], other: Candidate) -> bool:
    one, joined = passage[-1], f"{_quote(passage)} {other.text}"
    place = (one.source.label, one.line, one.place + 1)
    return (
        place == (other.source.label, other.line, other.place)
        and joined in other.source.text
        and len(joined) < MOST_CHARACTERS
    )


def _topics(passages: list[list[Candidate]], request: Request) -> list[str]:
    """A topic for each passage: its heading, or a name for it and its neighbours."""
    say = phrases(request.language)
    avoid = set(relevance.words(request.title))
    quotes = [_quote(passage) for passage in passages]
    named: list[str] = []
    for (_, heading), run in groupby(passages, key=lambda p: (p[0].source.label, p[0].topic)):
        count = len(list(run))
        for size in [count] if heading else _chunks(count):
            start = len(named)
            own, others = quotes[start : start + size], quotes[:start] + quotes[start + size :]
            topic = heading or topics.name(own, others, avoid=avoid, conjunction=say.conjunction)
            named += [(topic or say.unnamed)[:80]] * size
            avoid |= set(relevance.words(topic))
    return named


def _chunks(count: int) -> list[int]:
    """Sizes that share out a text without headings in pieces of three at most."""
    pieces = -(-count // MOST_OF_A_TOPIC)
    return [count // pieces + (n < count % pieces) for n in range(pieces)]


def _quote(passage: list[Candidate]) -> str:
    return " ".join(one.text for one in passage)


def _fact(passage: list[Candidate], topic: str) -> dict[str, Any]:
    quote = _quote(passage)
    is_item = passage[0].is_item
    return {
        "source": passage[0].source.label,
        "quote": quote,
        "statement": f"{topic}: {quote}" if is_item else quote,
        "topic": topic,
    }
