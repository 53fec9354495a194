"""Plan the article: an angle, and sections that share out the facts."""

from generation.schemas import Evidence, Outline, PlannedSection
from generation.steps import wording
from generation.steps.base import StepContext

Output = Outline

MAX_TOKENS = 8_000


def run(context: StepContext) -> Outline:
    """Return the outline; every fact in it exists and belongs to one section only."""
    context.say("Planning the article")
    evidence = context.output_of("research", Evidence)
    outline = context.ask(
        "outline",
        Outline,
        variables={
            **wording.house(context),
            "sources": wording.sources(evidence),
            "facts": wording.facts(evidence.facts),
            "target_words": str(context.plan.target_words),
        },
        max_tokens=MAX_TOKENS,
    )
    return outline.model_copy(update={"sections": _founded(outline, evidence)})


def _founded(outline: Outline, evidence: Evidence) -> list[PlannedSection]:
    """The sections that have facts to stand on; if none has, one with all facts."""
    unused = {fact.id for fact in evidence.facts}
    sections = []
    for section in outline.sections:
        facts = [fact_id for fact_id in dict.fromkeys(section.facts) if fact_id in unused]
        unused.difference_update(facts)
        if facts:
            sections.append(section.model_copy(update={"facts": facts}))
    if sections:
        return sections
    everything = [fact.id for fact in evidence.facts]
    return [outline.sections[0].model_copy(update={"facts": everything})]
