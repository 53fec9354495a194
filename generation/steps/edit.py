"""Make one text of the sections: the editor names changes, and no change may cost a citation."""

from generation import closed_world, sealing
from generation.schemas import Edit, EditedArticle, Evidence, Outline, Paragraph, Section
from generation.steps import wording
from generation.steps.base import StepContext

Output = EditedArticle

MAX_TOKENS = 24_000


def run(context: StepContext) -> EditedArticle:
    """Return the whole article, its links closed to all but its sources and this blog."""
    context.say("Editing the whole text")
    evidence = context.output_of("research", Evidence)
    outline = context.output_of("outline", Outline)
    sections = context.outputs_of("sections", Section)
    edit = context.ask(
        "edit",
        Edit,
        variables={
            **wording.house(context),
            "angle": outline.angle,
            "article": wording.article(sections),
            "sources": wording.sources(evidence),
            "facts": wording.facts(evidence.facts),
            "own_pages": "\n".join(f"{p.url} {p.title}" for p in evidence.own_pages),
            "target_words": str(context.plan.target_words),
        },
        max_tokens=MAX_TOKENS,
    )
    edited = apply(edit, sections, evidence)
    is_allowed = closed_world.vouched_for(
        [snapshot.text for snapshot in context.run.snapshots.all()],
        [source.url for source in evidence.sources],
    )
    return sealing.seal(edited, is_allowed=is_allowed, canary=wording.canary(context.run))


def apply(edit: Edit, sections: list[Section], evidence: Evidence) -> EditedArticle:
    """Return the article with the editor's changes, except those that lose or invent a citation."""
    known = {fact.id for fact in evidence.facts}
    paragraphs = {
        f"{number}.{place}": one
        for number, section in enumerate(sections, 1)
        for place, one in enumerate(section.paragraphs, 1)
    }
    refused = _change(paragraphs, edit, known) + _remove(paragraphs, edit)
    headings = {change.section: change.heading for change in edit.headings}
    return EditedArticle(
        opening=_founded(edit.opening, known),
        sections=[
            Section(heading=headings.get(number, section.heading), paragraphs=left)
            for number, section in enumerate(sections, 1)
            if (left := [one for key, one in paragraphs.items() if key.startswith(f"{number}.")])
        ],
        closing=_founded(edit.closing, known),
        refused_changes=refused,
    )


def _change(paragraphs: dict[str, Paragraph], edit: Edit, known: set[str]) -> list[str]:
    """Put in the rewritten paragraphs; return the ids of those refused."""
    refused = []
    for change in edit.changes:
        before = paragraphs.get(change.id)
        if before is not None and cited(before) <= cited(change.paragraph) <= known:
            paragraphs[change.id] = change.paragraph
        else:
            refused.append(change.id)
    return refused


def _remove(paragraphs: dict[str, Paragraph], edit: Edit) -> list[str]:
    """Take out the repetitions; return the ids of those whose facts stand nowhere else."""
    refused = []
    for name in dict.fromkeys(edit.removed):
        rest = [one for key, one in paragraphs.items() if key != name]
        if name in paragraphs and cited(paragraphs[name]) <= cited(*rest):
            del paragraphs[name]
        else:
            refused.append(name)
    return refused


def cited(*paragraphs: Paragraph) -> set[str]:
    """Return the ids of all facts that the paragraphs cite."""
    return {fact for one in paragraphs for sentence in one.sentences for fact in sentence.facts}


def _founded(paragraph: Paragraph, known: set[str]) -> Paragraph:
    """The paragraph without citations of facts that do not exist."""
    sentences = [
        s.model_copy(update={"facts": [fact for fact in s.facts if fact in known]})
        for s in paragraph.sentences
    ]
    return paragraph.model_copy(update={"sentences": sentences})
