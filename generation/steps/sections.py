"""Write one section of the outline from its facts; all sections are written side by side."""

from generation.schemas import Evidence, Outline, Paragraph, PlannedSection, Section, SectionText
from generation.steps import wording
from generation.steps.base import StepContext, StepFailed

Output = Section

MAX_TOKENS = 8_000
# What opening and closing take of the words.
FRAME_WORDS = 120


def run(context: StepContext) -> Section:
    """Return the section number `context.index`; its sentences cite only the facts it was given."""
    outline = context.output_of("outline", Outline)
    evidence = context.output_of("research", Evidence)
    planned = outline.sections[context.index]
    context.say(f"Writing “{planned.heading}”")
    written = context.ask(
        "sections",
        SectionText,
        variables={
            **wording.house(context),
            "plan": wording.plan(outline),
            "section": _assignment(planned, context, len(outline.sections)),
            "sources": wording.sources(evidence),
            "facts": wording.facts(f for f in map(evidence.fact, planned.facts) if f),
            "target_words": str(_words(context.plan.target_words, planned, outline)),
        },
        max_tokens=MAX_TOKENS,
    )
    paragraphs = [_with_known_facts(one, set(planned.facts)) for one in written.paragraphs]
    if not any(sentence.facts for one in paragraphs for sentence in one.sentences):
        raise StepFailed(
            f"The section “{planned.heading}” came back without a single citation. "
            "Start a new run; if it happens again, ask another model for this plan."
        )
    return Section(heading=planned.heading, paragraphs=paragraphs)


def _assignment(planned: PlannedSection, context: StepContext, count: int) -> str:
    lines = [
        f"Heading: {planned.heading}",
        f"Purpose: {planned.purpose}",
        f"Place: {context.index + 1} of {count}",
    ]
    if context.wish:
        lines.append(f"It was written before; this time: {context.wish}")
    return "\n".join(lines)


def _words(target: int, planned: PlannedSection, outline: Outline) -> int:
    """A share of the words by the share of the facts."""
    facts = sum(len(section.facts) for section in outline.sections)
    return max(60, (target - FRAME_WORDS) * len(planned.facts) // max(1, facts))


def _with_known_facts(paragraph: Paragraph, known: set[str]) -> Paragraph:
    """The paragraph without citations of facts that the writer was not given."""
    sentences = [
        s.model_copy(update={"facts": [f for f in dict.fromkeys(s.facts) if f in known]})
        for s in paragraph.sentences
    ]
    return paragraph.model_copy(update={"sentences": sentences})
