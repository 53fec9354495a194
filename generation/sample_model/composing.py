"""The sample model's writing: it orders quotations and attributes them, and says no more itself."""

import re
from itertools import groupby
from typing import Any

from django.utils.text import slugify

from generation.sample_model.grouping import Group, groups
from generation.sample_model.phrases import Phrases, enumerated, phrases
from generation.sample_model.prompt import GivenFact, Request, SourceText
from generation.sample_model.topics import in_mid_line
from generation.sources import text

LONG_HEADING = 60
MOST_QUOTES = 2
LONG_QUOTE = 100
Sentences = list[tuple[str, list[str]]]


def outline(request: Request) -> dict[str, Any]:
    """Return the plan: a section for each group of facts."""
    say = phrases(request.language)
    taken: set[str] = set()
    sections = []
    for group in groups(request.facts()):
        heading = _heading(group, taken, say) or say.unnamed
        taken.add(heading.casefold())
        facts = [fact.id for fact in group.facts]
        sections.append({"heading": heading, "purpose": say.purpose, "facts": facts})
    longer = [f"{request.title}: {section['heading']}" for section in sections]
    return {
        "titles": [request.title, *[title for title in longer if len(title) <= LONG_HEADING][:2]],
        "angle": say.angle.format(title=request.title),
        "sections": sections or [{"heading": request.title, "purpose": "", "facts": []}],
    }


def _heading(group: Group, taken: set[str], say: Phrases) -> str:
    """The topic of the group, or two that fit on a line, that no other section has."""
    free = [topic for topic in group.topics() if topic.casefold() not in taken]
    if len(free) < 2 or say.conjunction in "".join(free[:2]):
        return free[0] if free else ""
    quotes = " ".join(fact.quote for fact in group.facts)
    second = in_mid_line(free[1].removeprefix("Version "), quotes)
    joined = say.conjunction.join([free[0], second])
    return joined if len(joined) <= LONG_HEADING else free[0]


def section(request: Request) -> dict[str, Any]:
    """Return a section: each source's passages in a paragraph, attributed and quoted."""
    writer = _Writer(request)
    paragraphs: list[dict[str, Any]] = []
    for label, run in groupby(request.facts(), key=lambda fact: fact.label):
        facts = list(run)
        items = [fact for fact in facts if fact.is_item]
        prose = [fact for fact in facts if not fact.is_item or len(items) < 2]
        paragraphs += writer.prose(label, prose)
        paragraphs += writer.listing(label, items) if len(items) > 1 else []
    return {"paragraphs": paragraphs or [_paragraph("text", [(request.title, [])])]}


class _Writer:
    """Keeps track of which phrase is next."""

    def __init__(self, request: Request) -> None:
        self.say = phrases(request.language)
        self.sources = request.sources()
        place = request.line("section", "Place")[:1]
        self.turn = 2 * int(place) if place.isdigit() else 0

    def prose(self, label: str, facts: list[GivenFact]) -> list[dict[str, Any]]:
        """Passages of one source; of four or more, one is set apart."""
        paragraphs: list[dict[str, Any]] = []
        rest = list(facts)
        while rest:
            if len(paragraphs) == 1 and len(rest) > 1 and len(rest[0].quote) > LONG_QUOTE:
                fact = rest.pop(0)
                paragraphs.append(_paragraph("quote", [(self.say.quoted(fact.quote), [fact.id])]))
            piece, rest = rest[:MOST_QUOTES], rest[MOST_QUOTES:]
            frames = [self._next(self.say.further if paragraphs else self.say.first)]
            frames += [self._next(self.say.further) for _ in piece[1:]]
            paragraphs.append(self._framed(label, frames, piece))
        return paragraphs

    def listing(self, label: str, facts: list[GivenFact]) -> list[dict[str, Any]]:
        """Items of one source's list, and a line that says whose they are."""
        intro = _capital(self._next(self.say.listing).format(who=self._who(label)))
        items = [(self.say.quoted(fact.quote), [fact.id]) for fact in facts]
        return [_paragraph("text", [(intro, [])]), _paragraph("list", items)]

    def _framed(self, label: str, frames: list[str], facts: list[GivenFact]) -> dict[str, Any]:
        who = self._who(label)
        sentences: Sentences = [
            (_capital(frame.format(who=who, quote=self.say.quoted(fact.quote))), [fact.id])
            for frame, fact in zip(frames, facts, strict=True)
        ]
        return _paragraph("text", sentences)

    def _who(self, label: str) -> str:
        """A source by its title; "the source" where there is no other."""
        if len(self.sources) == 1:
            return self.say.source
        return name(self.sources.get(label), self.say)

    def _next(self, choices: tuple[str, ...]) -> str:
        self.turn += 1
        return choices[self.turn % len(choices)]


def name(source: SourceText | None, say: Phrases) -> str:
    """Return what to call a source in a sentence."""
    if source is None or source.title in ("", "Note", "Untitled"):
        return say.note
    is_long = len(source.title) > 80
    title = (source.host or f"{source.title[:79]}…") if is_long else source.title
    return say.quoted(title.title() if title.isupper() and " " in title else title)


def edit(request: Request) -> dict[str, Any]:
    """Return an opening and a closing; the sections stay as they are."""
    say = phrases(request.language)
    article = request.blocks.get("article", "")
    headings = re.findall(r"^Section \d+: (.+)$", article, re.MULTILINE)
    turn = len(request.title)
    opening = say.opening[turn % len(say.opening)]
    sentences: Sentences = [(opening.format(title=request.title, who=_names(request, say)), [])]
    if len(headings) > 1:
        parts = enumerated([in_mid_line(one, article) for one in headings], say.conjunction)
        sentences.append((say.contents.format(parts=parts), []))
    return {
        "opening": _paragraph("text", sentences),
        "headings": [],
        "changes": [],
        "removed": [],
        "closing": _paragraph("text", [(say.closing[turn % len(say.closing)], [])]),
    }


def refresh(request: Request) -> dict[str, Any]:
    """Return the new facts as a section at the end of the post; all else stays."""
    say = phrases(request.language)
    blocks = re.findall(r"^(B\d+) \(", request.blocks.get("blocks", ""), re.MULTILINE)
    found = next(iter(groups(request.facts())), None)
    heading = (_heading(found, set(), say) if found else "") or say.unnamed
    return {
        "title": request.line("post", "Title") or request.title,
        "summary": request.line("post", "Summary") or request.title,
        "changes": [],
        "additions": [{"after": blocks[-1], "heading": heading, **section(request)}]
        if blocks and found
        else [],
        "removed": [],
    }


def _names(request: Request, say: Phrases) -> str:
    """The cited sources, or their number where they are many."""
    cited = {fact.label for fact in request.facts()}
    names = [name(one, say) for label, one in request.sources().items() if label in cited]
    if len(names) > 3:
        return say.several
    return enumerated(list(dict.fromkeys(names)), say.conjunction)


def cover(request: Request) -> dict[str, Any]:
    """Return what a sample picture shows, whatever the article is about."""
    return {
        "scene": f"Coloured shapes that stand for: {request.blocks.get('title', '')}",
        "alt_text": "Discs in a few colours above and below the words “Sample picture”.",
    }


def metadata(request: Request) -> dict[str, Any]:
    """Return the brief's title, the first telling quotation, and tags the text bears out."""
    article = request.blocks.get("article", "")
    keywords = [word.strip() for word in request.line("brief", "Keywords").split(",")]
    existing = request.blocks.get("taxonomy", "").split("\n")
    folded = f"{request.title} {article}".casefold()
    tags = [tag for tag in [*existing, *keywords] if tag.strip() and tag.casefold() in folded]
    return {
        "title": request.title[:160],
        "slug": "-".join(slugify(request.title).split("-")[:7]),
        "summary": _summary(article, request),
        "tags": list(dict.fromkeys(tags))[:5],
    }


def _summary(article: str, request: Request) -> str:
    """The first quoted sentence that can stand alone."""
    say = phrases(request.language)
    before, _, after = say.outer.partition("{}")
    quotes = re.findall(rf"{before}([^{before}{after}]+){after}", article.replace("\\", ""))
    firsts = [text.sentences(quote)[0] for quote in quotes if quote.endswith((".", "!", "…"))]
    best = next((one for one in firsts if 50 <= len(one) <= 240), "")
    return say.quoted(best) if best else say.angle.format(title=request.title)[:300]


def _paragraph(kind: str, sentences: Sentences) -> dict[str, Any]:
    return {
        "kind": kind,
        "sentences": [{"text": words, "facts": facts} for words, facts in sentences],
    }


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
