"""Much shorter or longer than asked for is worth a word; shorter is right when evidence is thin."""

from generation.checks.material import Material
from generation.schemas import Finding

SHORT, LONG = 0.6, 1.5


def words_of(material: Material) -> int:
    """Return the number of words in the text itself."""
    return sum(len(sentence.text.split()) for sentence in material.article.sentences())


def check(material: Material) -> list[Finding]:
    """Compare the length with the plan's target."""
    words, target = words_of(material), material.target_words
    if SHORT * target <= words <= LONG * target:
        return []
    what = (
        "The evidence may not carry more: add sources, or keep it short."
        if words < target
        else "Cut it, or raise the plan's target."
    )
    return [
        Finding(
            check="length",
            level="warn",
            message=f"The text has {words} words; the plan asks for about {target}. {what}",
        )
    ]
