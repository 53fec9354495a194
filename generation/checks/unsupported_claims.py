"""Sentences that claim something without a quote, or figures that their quotes don't have."""

import re

from generation.checks.material import Material
from generation.schemas import Finding, Sentence

NAME = "unsupported claims"
_NUMBER = re.compile(r"\d+(?:[.,:/]\d+)*")
# Words that only a claim has, in a sentence without a name or a figure.
_CLAIMS = re.compile(
    r"\b(?:according to|announced|reported|found that|showed|shows that|confirmed|proved|caused"
    r"|increased|decreased|doubled|launched|released|percent|per cent|million|billion"
    r"|laut|berichtet|bestätigt|Prozent|Millionen|Milliarden)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<=[\w,;] )[A-Z][\w'’-]+ [A-Z][\w'’-]+")


def unsupported(material: Material) -> list[Sentence]:
    """Return the sentences that look like claims and cite nothing."""
    return [s for s in material.article.sentences() if not s.facts and _claims(s.text, material)]


def check(material: Material) -> list[Finding]:
    """Name sentences without support, and figures that are not in the quotes."""
    findings = [
        Finding(
            check=NAME,
            level="block",
            message="No source bears this out. Support it, or take it out.",
            sentence=sentence.text,
        )
        for sentence in unsupported(material)
    ]
    return findings + [
        Finding(
            check=NAME,
            level="warn",
            message=f"Not in the quotes behind this sentence: {', '.join(strangers)}.",
            sentence=sentence.text,
        )
        for sentence in material.article.sentences()
        if (strangers := _unquoted_numbers(sentence, material))
    ]


def _claims(sentence: str, material: Material) -> bool:
    """Whether it says something about the world: a figure, a name, a verb of reporting."""
    bare = _without_titles(sentence, material)
    return any(pattern.search(bare) for pattern in (_NUMBER, _NAME, _CLAIMS))


def _without_titles(sentence: str, material: Material) -> str:
    """The sentence without the titles and headings it mentions: naming them claims nothing."""
    titles = [material.metadata.title, *(source.title for source in material.evidence.sources)]
    titles += [section.heading for section in material.article.sections]
    for title in sorted(filter(None, titles), key=len, reverse=True):
        sentence = re.sub(re.escape(title), "…", sentence, flags=re.IGNORECASE)
    return sentence


def _unquoted_numbers(sentence: Sentence, material: Material) -> list[str]:
    """Figures of a citing sentence that none of its quotes has."""
    facts = [fact for fact_id in sentence.facts if (fact := material.evidence.fact(fact_id))]
    if not facts:
        return []
    had = {_bare(number) for fact in facts for number in _NUMBER.findall(fact.quote)}
    found = _NUMBER.findall(_without_titles(sentence.text, material))
    return [number for number in dict.fromkeys(found) if _bare(number) not in had]


def _bare(number: str) -> str:
    """A figure without the separators that languages set differently."""
    return re.sub(r"[.,]", "", number)
