"""The style guide's list of phrases, found as whole words, whatever their case."""

import re

from generation.checks.material import Material
from generation.schemas import Finding


def check(material: Material) -> list[Finding]:
    """Name each sentence with a phrase that the style guide bans, quotations included."""
    phrases = [phrase.strip() for phrase in material.style_guide.banned_phrases if phrase.strip()]
    return [
        Finding(
            check="banned phrases",
            level="warn",
            message=f"The style guide bans “{phrase}”.",
            sentence=line,
        )
        for line in material.lines()
        for phrase in phrases
        if _contains(line, phrase)
    ]


def _contains(line: str, phrase: str) -> bool:
    pattern = r"\s+".join(map(re.escape, phrase.split()))
    return re.search(rf"(?<!\w){pattern}(?!\w)", line, re.IGNORECASE) is not None
