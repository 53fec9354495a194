"""Text that was meant to be replaced and was not."""

import re

from generation.checks.material import Material
from generation.schemas import Finding

_PLACEHOLDER = re.compile(
    r"(?i:\blorem ipsum\b)|\b(?:TODO|TBD|FIXME|XXX)\b|\{\{|\}\}|<<|>>"
    r"|\\?\[(?i:insert|your|company|name|date|source|citation|link|add|placeholder)\b[^\]]{0,60}\\?\]",
)
# Labels and ids of facts belong into the citations, not into the text.
_LABEL = re.compile(r"\\?\[?\bS\d{1,2}:\d{1,3}\b\\?\]?|\\?\[S\d{1,2}\\?\]")


def is_in(line: str) -> bool:
    """Whether something in it was meant to be replaced."""
    return _PLACEHOLDER.search(line) is not None


def check(material: Material) -> list[Finding]:
    """Find placeholders and fact ids in the text."""
    return [
        Finding(
            check="placeholders",
            level="block",
            message="A placeholder or a label of the evidence was left in this sentence.",
            sentence=line,
        )
        for line in material.lines()
        if is_in(line) or _LABEL.search(line)
    ]
