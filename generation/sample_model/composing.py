"""The sample model's writing: it orders quotations and attributes them, and says no more itself."""

from itertools import groupby
from typing import Any

from django.utils.text import slugify

from generation.sample_model.grouping import Group, groups
from generation.sample_model.phrases import Phrases, enumerated, phrases
from generation.sample_model.prompt import GivenFact, Request, SourceText

LONG_HEADING = 60


def outline(request: Request) -> dict[str, Any]:
    """Return the plan: a section for each group of facts."""
    say = phrases(request.language)
    taken: set[str] = set()
    sections = []
    for group in groups(request.facts()):
        heading = _heading(group, taken, say) or request.title
        taken.add(heading.casefold())
        facts = [fact.id for fact in group.facts]
        sections.append({"heading": heading, "purpose": say.purpose, "facts": facts})
    return {
        "titles": [request.title],
        "angle": say.angle.format(title=request.title),
        "sections": sections or [{"heading": request.title, "purpose": "", "facts": []}],
    }


def _heading(group: Group, taken: set[str], say: Phrases) -> str:
    """One or two topics of the group that no other section has."""
    free = [topic for topic in group.topics() if topic.casefold() not in taken]
    if not free:
        return ""
    joined = say.conjunction.join([free[0], _lower_first(free[1])]) if len(free) > 1 else ""
    is_needed = len(group.topics()) > 1 and len(free[0].split()) < 3
    return joined if joined and is_needed and len(joined) <= LONG_HEADING else free[0]


def _lower_first(topic: str) -> str:
    """A topic in the middle of a line; names and abbreviations keep their capitals."""
    first, _, rest = topic.partition(" ")
    is_name = any(c.isupper() for c in first[1:]) or any(w[0].isupper() for w in rest.split())
    return topic if is_name else topic[:1].lower() + topic[1:]


def section(request: Request) -> dict[str, Any]:
    """Return a section: each source's passages in a paragraph, attributed and quoted."""
    writer = _Writer(request)
    paragraphs: list[dict[str, Any]] = []
    for _, run in groupby(request.facts(), key=lambda fact: (fact.label, _is_item(fact))):
        paragraphs += writer.paragraphs(list(run))
    return {"paragraphs": paragraphs or [_paragraph("text", [(request.title, [])])]}


class _Writer:
    """Keeps track of who was named and which phrase is next."""

    def __init__(self, request: Request) -> None:
        self.say = phrases(request.language)
        self.sources = request.sources()
        place = request.line("section", "Place")[:1]
        self.turn = 2 * int(place) if place.isdigit() else 0

    def paragraphs(self, facts: list[GivenFact]) -> list[dict[str, Any]]:
        """Passages of one source as one or more paragraphs."""
        who = name(self.sources.get(facts[0].label), self.say)
        if _is_item(facts[0]) and len(facts) > 1:
            items = [(self._quoted(fact), [fact.id]) for fact in facts]
            intro = _capital(self._next(self.say.listing).format(who=who))
            return [_paragraph("text", [(intro, [])]), _paragraph("list", items)]
        return [self._prose(who, facts[i : i + 3]) for i in range(0, len(facts), 3)]

    def _prose(self, who: str, facts: list[GivenFact]) -> dict[str, Any]:
        frames = [self._next(self.say.first)]
        frames += [self._next(self.say.further) for _ in facts[1:]]
        return _paragraph(
            "text",
            [
                (_capital(frame.format(who=who, quote=self._quoted(fact))), [fact.id])
                for frame, fact in zip(frames, facts, strict=True)
            ],
        )

    def _quoted(self, fact: GivenFact) -> str:
        return self.say.quotation.format(quote=fact.quote)

    def _next(self, choices: tuple[str, ...]) -> str:
        self.turn += 1
        return choices[self.turn % len(choices)]


def name(source: SourceText | None, say: Phrases) -> str:
    """Return what to call a source in a sentence."""
    if source is None or source.title in ("", "Note", "Untitled"):
        return say.note
    title = source.title if len(source.title) <= 70 else source.host or source.title[:69] + "…"
    return say.quotation.format(quote=title.replace("“", "‘").replace("”", "’"))


def edit(request: Request) -> dict[str, Any]:
    """Return an opening and a closing; the sections stay as they are."""
    say = phrases(request.language)
    article = request.blocks.get("article", "")
    headings = [line.partition(": ")[2] for line in article.split("\n") if _is_section(line)]
    turn = len(request.title)
    opening = say.opening[turn % len(say.opening)]
    sentences: list[tuple[str, list[str]]] = [
        (opening.format(title=request.title, who=_all_names(request, say)), [])
    ]
    if len(headings) > 1:
        parts = enumerated([_lower_first(one) for one in headings], say.conjunction)
        sentences.append((say.contents.format(parts=parts), []))
    return {
        "opening": _paragraph("text", sentences),
        "headings": [],
        "changes": [],
        "removed": [],
        "closing": _paragraph("text", [(say.closing[turn % len(say.closing)], [])]),
    }


def _is_section(line: str) -> bool:
    return line.startswith("Section ") and ": " in line


def _all_names(request: Request, say: Phrases) -> str:
    cited = {fact.label for fact in request.facts()}
    names = [name(one, say) for label, one in request.sources().items() if label in cited]
    names = list(dict.fromkeys(names))
    return enumerated(names[:3] if len(names) > 3 else names, say.conjunction)


def metadata(request: Request) -> dict[str, Any]:
    """Return the brief's title, the headings as a summary, and tags the text bears out."""
    say = phrases(request.language)
    article = request.blocks.get("article", "")
    headings = [line[3:] for line in article.split("\n") if line.startswith("## ")]
    parts = enumerated([_lower_first(one) for one in headings[:3]], say.conjunction)
    keywords = [word.strip() for word in request.line("brief", "Keywords").split(",")]
    existing = request.blocks.get("taxonomy", "").split("\n")
    folded = f"{request.title} {article}".casefold()
    tags = [tag for tag in [*existing, *keywords] if tag.strip() and tag.casefold() in folded]
    return {
        "title": request.title[:160],
        "slug": "-".join(slugify(request.title).split("-")[:7]),
        "summary": say.summary.format(title=request.title, parts=parts)[:300],
        "tags": list(dict.fromkeys(tags))[:5],
    }


def _paragraph(kind: str, sentences: list[tuple[str, list[str]]]) -> dict[str, Any]:
    return {
        "kind": kind,
        "sentences": [{"text": text, "facts": facts} for text, facts in sentences],
    }


def _is_item(fact: GivenFact) -> bool:
    """An item of a list rather than a sentence."""
    return fact.quote[-1] not in '.!?…”"’)'


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
