"""Work the new facts into the post: the model names changes, all else stays word for word."""

from textwrap import indent

from blog.models import Revision
from generation import closed_world, grounding, passages, revising, sealing
from generation.schemas import (
    EditedArticle,
    Evidence,
    Fact,
    Paragraph,
    Piece,
    Refresh,
    Refreshed,
    Section,
    Sentence,
)
from generation.steps import metadata, wording
from generation.steps.base import StepContext, StepFailed

Output = Refreshed

MAX_TOKENS = 16_000
# What bears out sentences that the post had before.
EARLIER = "S0"


def run(context: StepContext) -> Refreshed:
    """Return the post with its changes. Raises StepFailed when nothing is to be changed."""
    context.say("Working the new facts into the post")
    base = base_of(context)
    evidence = context.output_of("research", Evidence)
    answer = context.ask(
        "refresh",
        Refresh,
        variables={
            **wording.house(context),
            "post": f"Title: {base.title}\nSummary: {base.summary}",
            "blocks": _blocks(base.body),
            "sources": wording.sources(evidence),
            "facts": wording.facts(evidence.facts),
        },
        max_tokens=MAX_TOKENS,
    )
    refreshed = _Reviser(context, base, evidence).revise(answer)
    if not any(piece.section for piece in refreshed.pieces):
        raise StepFailed(
            "Nothing in the new sources changes the post, so it stays as it is. Add a source that"
            " says something new, and start a new run."
        )
    return refreshed


def base_of(context: StepContext) -> Revision:
    """Return the revision that is refreshed. Raises StepFailed when it is gone."""
    if context.run.based_on is None:
        raise StepFailed("The post has changed since this run began. Start a new run.")
    return context.run.based_on


def _blocks(body: str) -> str:
    return "\n".join(
        f"{name} ({'text' if revising.is_changeable(block) else 'fixed'})\n"
        + indent(block.text, "  ")
        for name, block in revising.numbered(body).items()
    )


class _Reviser:
    """Goes through the changes once: founds them, seals them, keeps count."""

    def __init__(self, context: StepContext, base: Revision, evidence: Evidence) -> None:
        self.base = base
        self.known = {fact.id for fact in evidence.facts}
        self.canary = wording.canary(context.run)
        self.earlier: list[Fact] = []
        self.removed: list[str] = []
        self.leaks = 0
        self.is_allowed = closed_world.vouched_for(
            [base.body, *(snapshot.text for snapshot in context.run.snapshots.all())],
            [*(one.url for one in evidence.sources), *passages.bones(base.body).addresses],
        )

    def revise(self, answer: Refresh) -> Refreshed:
        revised = revising.apply(answer, self.base.body)
        pieces = [one for piece in revised.pieces if (one := self._piece(piece))]
        return Refreshed(
            title=metadata.safe(answer.title, self.canary) or self.base.title,
            summary=metadata.safe(answer.summary, self.canary) or self.base.summary,
            pieces=pieces,
            earlier=self.earlier,
            removed_urls=list(dict.fromkeys(self.removed)),
            leaks=self.leaks,
            refused_changes=revised.refused,
        )

    def _piece(self, piece: Piece) -> Piece | None:
        """The piece as readers may have it; a change of which nothing is left is none."""
        if piece.section is None:
            return piece
        founded = [self._founded(one) for one in piece.section.paragraphs]
        given = Section(heading=piece.section.heading, paragraphs=founded)
        article = EditedArticle(opening=None, sections=[given], closing=None)
        sealed = sealing.seal(article, is_allowed=self.is_allowed, canary=self.canary)
        self.removed += sealed.removed_urls
        self.leaks += sealed.leaks
        if not sealed.sections:
            return Piece(kept=piece.kept) if piece.kept else None
        section = sealed.sections[0]
        if not given.heading:
            section = section.model_copy(update={"heading": ""})
        return Piece(section=section, marks=piece.marks)

    def _founded(self, paragraph: Paragraph) -> Paragraph:
        return paragraph.model_copy(
            update={"sentences": list(map(self._cited, paragraph.sentences))}
        )

    def _cited(self, sentence: Sentence) -> Sentence:
        """With the facts there are; what the post said before is borne out by that."""
        facts = [fact for fact in dict.fromkeys(sentence.facts) if fact in self.known]
        text = revising.without_marks(sentence.text)
        quote = grounding.literal(sentence.text, self.base.body) or grounding.literal(
            text, self.base.body
        )
        if not facts and quote:
            fact = Fact(
                id=f"{EARLIER}:{len(self.earlier) + 1}",
                source=EARLIER,
                topic="",
                statement=text,
                quote=quote,
            )
            self.earlier.append(fact)
            facts = [fact.id]
        return Sentence(text=text or "…", facts=facts)
