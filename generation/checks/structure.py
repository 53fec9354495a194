"""An article begins, goes somewhere under headings that differ, and ends."""

from generation.checks.material import Material
from generation.schemas import Finding

NAME = "structure"
MOST_WORDS_OF_A_PARAGRAPH = 180


def check(material: Material) -> list[Finding]:
    """Name what is missing, doubled or too long."""
    article = material.article
    problems: list[tuple[str, str]] = []
    if article.opening is None or article.closing is None:
        problems.append(("The text has no opening or no closing paragraph.", ""))
    headings = [section.heading.casefold() for section in article.sections]
    if len(set(headings)) < len(headings):
        problems.append(("Two sections have the same heading.", ""))
    problems += [("This sentence stands in the text twice.", one) for one in _repeated(material)]
    for paragraph in article.paragraphs():
        words = sum(len(sentence.text.split()) for sentence in paragraph.sentences)
        if words > MOST_WORDS_OF_A_PARAGRAPH and paragraph.kind == "text":
            problems.append(("This paragraph is very long.", paragraph.sentences[0].text))
    if article.refused_changes:
        problems.append(
            (
                "Changes of the editing step were refused because they lost or invented a citation;"
                f" the text stayed as it was ({len(article.refused_changes)}).",
                "",
            )
        )
    return [
        Finding(check=NAME, level="warn", message=message, sentence=sentence)
        for message, sentence in problems
    ]


def _repeated(material: Material) -> list[str]:
    seen: set[str] = set()
    twice = []
    for sentence in material.article.sentences():
        folded = sentence.text.casefold()
        if folded in seen and len(folded) > 40:
            twice.append(sentence.text)
        seen.add(folded)
    return twice
