"""Rows and outputs as the text of prompt variables, in forms that every prompt shares."""

import hashlib
from collections.abc import Iterable
from textwrap import indent
from urllib.parse import urlsplit

from generation import relevance
from generation.models import Run, SourceSnapshot, StyleGuide
from generation.schemas import EditedArticle, Evidence, Fact, Outline, Paragraph, Section
from generation.steps.base import StepContext

# All evidence together, shared out fairly; about 20,000 tokens.
MAX_EVIDENCE_CHARACTERS = 80_000


def canary(run: Run) -> str:
    """Return the mark in this run's instructions that must never surface in a text."""
    return f"mark-{hashlib.sha256(f'canary {run.pk}'.encode()).hexdigest()[:16]}"


def house(context: StepContext) -> dict[str, str]:
    """Return the variables that every prompt has: style, language, canary, brief."""
    return {
        "style": style(context.plan.style_guide),
        "language": context.plan.language,
        "canary": canary(context.run),
        "brief": brief(context),
    }


def style(guide: StyleGuide) -> str:
    """Return a style guide as text, without the parts it lacks."""
    parts = [
        ("Tone", guide.tone),
        ("Readers", guide.audience),
        ("Rules", guide.rules),
        ("Never use these phrases", "; ".join(guide.banned_phrases)),
        ("How it sounds", guide.examples),
    ]
    return "\n".join(f"{name}:\n{indent(words.strip(), '  ')}" for name, words in parts if words)


def brief(context: StepContext) -> str:
    """Return what is to be written."""
    lines = [
        f"Title: {context.brief.title}",
        f"Column: {context.plan.name}. {context.plan.description}",
        f"Language: {context.plan.language}",
    ]
    if context.brief.keywords:
        lines.append(f"Keywords: {', '.join(context.brief.keywords)}")
    if context.brief.notes:
        lines.append(f"Notes:\n{indent(context.brief.notes, '  ')}")
    return "\n".join(lines)


def evidence(snapshots: list[SourceSnapshot], subject: Iterable[str]) -> str:
    """Return the texts of the snapshots, each under its label, long ones cut to what matters."""
    wanted = list(subject)
    shares = _shares([len(one.text) for one in snapshots])
    return "\n\n".join(
        f"[{one.label}] {one.title}{_from(one.url)}\n"
        + indent(relevance.excerpt(one.text, wanted, limit=share), "  ")
        for one, share in zip(snapshots, shares, strict=True)
    )


def _shares(lengths: list[int]) -> list[int]:
    """How many characters each text may have: short ones leave their rest to the long ones."""
    shares = [0] * len(lengths)
    room, left = MAX_EVIDENCE_CHARACTERS, len(lengths)
    for length, number in sorted((length, number) for number, length in enumerate(lengths)):
        shares[number] = min(length, room // left)
        room -= shares[number]
        left -= 1
    return shares


def _from(url: str) -> str:
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    return f" ({host})" if host else ""


def sources(found: Evidence) -> str:
    """Return the list of sources, one a line."""
    return "\n".join(f"{one.label}: {one.title}{_from(one.url)}" for one in found.sources)


def facts(chosen: Iterable[Fact]) -> str:
    """Return facts with their ids and quotes."""
    return "\n".join(
        f"{fact.id} [{fact.topic}]\n  says: {fact.statement}\n  quote: {fact.quote}"
        for fact in chosen
    )


def plan(outline: Outline) -> str:
    """Return the outline as a list of headings with their purpose."""
    return f"Angle: {outline.angle}\n" + "\n".join(
        f"{number}. {section.heading}: {section.purpose}"
        for number, section in enumerate(outline.sections, 1)
    )


def article(written: list[Section]) -> str:
    """Return the sections with an id for each paragraph and the fact ids of each sentence."""
    return "\n\n".join(
        f"Section {number}: {section.heading}\n"
        + "\n".join(
            paragraph(f"{number}.{place}", one) for place, one in enumerate(section.paragraphs, 1)
        )
        for number, section in enumerate(written, 1)
    )


def paragraph(name: str, one: Paragraph) -> str:
    """Return a paragraph under its id, a sentence a line."""
    lines = [f"  {s.text} [{', '.join(s.facts)}]" for s in one.sentences]
    return "\n".join([f"{name} ({one.kind})", *lines])


def plain(edited: EditedArticle) -> str:
    """Return the article as a reader has it, without citations."""
    blocks = [_joined(edited.opening)] if edited.opening else []
    for section in edited.sections:
        blocks += [f"## {section.heading}", *map(_joined, section.paragraphs)]
    if edited.closing:
        blocks.append(_joined(edited.closing))
    return "\n\n".join(blocks)


def _joined(one: Paragraph) -> str:
    return " ".join(sentence.text for sentence in one.sentences)
