"""Make one text of the sections: the editor names changes, and no change may cost a citation."""

from collections.abc import Iterable

from generation import closed_world
from generation.schemas import Edit, EditedArticle, Evidence, Outline, Paragraph, Section, Sentence
from generation.steps import wording
from generation.steps.base import StepContext

Output = EditedArticle

MAX_TOKENS = 24_000
MOST_CHARACTERS = 1_500
HEADING_CHARACTERS = 160


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
    texts = [snapshot.text for snapshot in context.run.snapshots.all()]
    return _closed(edited, texts, evidence, canary=wording.canary(context.run))


def apply(edit: Edit, sections: list[Section], evidence: Evidence) -> EditedArticle:
    """Return the article with the editor's changes, except those that lose or invent a citation."""
    known = {fact.id for fact in evidence.facts}
    paragraphs = {
        f"{number}.{place}": one
        for number, section in enumerate(sections, 1)
        for place, one in enumerate(section.paragraphs, 1)
    }
    refused = []
    for change in edit.changes:
        before = paragraphs.get(change.id)
        if before is None or not cited(before) <= cited(change.paragraph) <= known:
            refused.append(change.id)
        else:
            paragraphs[change.id] = change.paragraph
    for name in dict.fromkeys(edit.removed):
        rest = {key: one for key, one in paragraphs.items() if key != name}
        if name in paragraphs and cited(paragraphs[name]) <= cited(*rest.values()):
            paragraphs = rest
        else:
            refused.append(name)
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


def _closed(
    article: EditedArticle, texts: list[str], evidence: Evidence, *, canary: str
) -> EditedArticle:
    """The article as safe Markdown, without foreign addresses and leaked instructions."""
    is_allowed = closed_world.vouched_for(texts, [source.url for source in evidence.sources])
    removed: list[str] = []
    leaks = 0

    def close(text: str) -> str:
        nonlocal leaks
        if canary in text:
            leaks += 1
            return ""
        closed = closed_world.close(text, is_allowed=is_allowed)
        removed.extend(closed.removed)
        # Only a text that is nothing but marks grows so much by escaping.
        return closed.text if len(closed.text) <= MOST_CHARACTERS else ""

    def closed(paragraph: Paragraph | None) -> Paragraph | None:
        sentences = [
            Sentence.model_construct(text=text, facts=sentence.facts)
            for sentence in (paragraph.sentences if paragraph else [])
            if (text := close(sentence.text))
        ]
        if paragraph is None or not sentences:
            return None
        return paragraph.model_copy(update={"sentences": sentences})

    return article.model_copy(
        update={
            "opening": closed(article.opening),
            "sections": [
                Section(heading=close(s.heading)[:HEADING_CHARACTERS] or "…", paragraphs=left)
                for s in article.sections
                if (left := _present(closed(one) for one in s.paragraphs))
            ],
            "closing": closed(article.closing),
            "removed_urls": list(dict.fromkeys(removed)),
            "leaks": leaks,
        }
    )


def _present(paragraphs: Iterable[Paragraph | None]) -> list[Paragraph]:
    return [one for one in paragraphs if one is not None]
