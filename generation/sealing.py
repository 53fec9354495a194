"""An article sealed against the outside: safe Markdown, known addresses, no leaked instructions."""

from collections.abc import Callable

from generation import closed_world
from generation.schemas import EditedArticle, Paragraph, Section, Sentence

MOST_CHARACTERS = 1_500
HEADING_CHARACTERS = 160


def seal(
    article: EditedArticle, *, is_allowed: Callable[[str], bool], canary: str
) -> EditedArticle:
    """Return the article as readers may have it; what had to go is noted in it."""
    sealer = _Sealer(is_allowed, canary)
    return article.model_copy(
        update={
            "opening": sealer.paragraph(article.opening),
            "sections": [one for section in article.sections if (one := sealer.section(section))],
            "closing": sealer.paragraph(article.closing),
            "removed_urls": list(dict.fromkeys(sealer.removed)),
            "leaks": sealer.leaks,
        }
    )


class _Sealer:
    """Goes through an article once and keeps count."""

    def __init__(self, is_allowed: Callable[[str], bool], canary: str) -> None:
        self.is_allowed = is_allowed
        self.canary = canary
        self.removed: list[str] = []
        self.leaks = 0

    def line(self, text: str, *, most: int = MOST_CHARACTERS) -> str:
        if self.canary in text:
            self.leaks += 1
            return ""
        closed = closed_world.close(text, is_allowed=self.is_allowed)
        self.removed.extend(closed.removed)
        # Only a text that is nothing but marks grows so much by escaping.
        return closed.text if len(closed.text) <= most else ""

    def paragraph(self, paragraph: Paragraph | None) -> Paragraph | None:
        sentences = [
            Sentence(text=text, facts=sentence.facts)
            for sentence in (paragraph.sentences if paragraph else [])
            if (text := self.line(sentence.text))
        ]
        if paragraph is None or not sentences:
            return None
        return paragraph.model_copy(update={"sentences": sentences})

    def section(self, section: Section) -> Section | None:
        paragraphs = [one for given in section.paragraphs if (one := self.paragraph(given))]
        heading = self.line(section.heading, most=HEADING_CHARACTERS)
        return Section(heading=heading or "…", paragraphs=paragraphs) if paragraphs else None
