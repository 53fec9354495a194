"""Long runs of a source's own words outside quotation marks."""

import re

from generation.checks.material import Material
from generation.schemas import Finding, Paragraph

# So many words in a row, equal to a source, are no coincidence.
RUN_OF_WORDS = 12
_QUOTED = re.compile(r"“[^”]*”|„[^“”]*[“”]|«[^»]*»|\"[^\"]*\"")
_WORD = re.compile(r"\w+")


def check(material: Material) -> list[Finding]:
    """Name each sentence that shares a long run of words with a source."""
    known = {run for snapshot in material.snapshots for run in runs(snapshot.text)}
    return [
        Finding(
            check="near copy",
            level="warn",
            message=f"{RUN_OF_WORDS} words or more in a row are a source's own. Put them in"
            " quotation marks, or say it in other words.",
            sentence=sentence.strip(),
        )
        for paragraph in material.article.paragraphs()
        for sentence in own_words(paragraph)
        if not known.isdisjoint(runs(sentence))
    ]


def own_words(paragraph: Paragraph) -> list[str]:
    """Return the text outside quotations; one may go on over several sentences."""
    if paragraph.kind == "quote":
        return []
    joined = "\n".join(sentence.text for sentence in paragraph.sentences)
    return _QUOTED.sub(" … ", joined).split("\n")


def runs(text: str, length: int = RUN_OF_WORDS) -> list[tuple[str, ...]]:
    """Return every row of `length` words in a text, whatever their case."""
    words = _WORD.findall(text.casefold())
    return [tuple(words[i : i + length]) for i in range(len(words) - length + 1)]
