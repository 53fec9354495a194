"""What a finished text must stand up to before people see it: a file a check, all listed here."""

from collections.abc import Callable

from generation.checks import (
    banned_phrases,
    foreign_addresses,
    leaked_instructions,
    length,
    near_copy,
    placeholders,
    structure,
    unsupported_claims,
)
from generation.checks.material import Material
from generation.schemas import CheckReport, Finding

__all__ = ["CHECKS", "Material", "examine"]

Check = Callable[[Material], list[Finding]]

CHECKS: dict[str, tuple[str, Check]] = {
    "unsupported claims": (
        "Every factual sentence rests on a quote of a source.",
        unsupported_claims.check,
    ),
    "foreign addresses": ("Links lead to sources or to this blog only.", foreign_addresses.check),
    "leaked instructions": (
        "Nothing of the model's instructions is in it.",
        leaked_instructions.check,
    ),
    "placeholders": ("No placeholder was left in it.", placeholders.check),
    "banned phrases": ("It keeps to the style guide's list.", banned_phrases.check),
    "near copy": ("It takes no long passage over without quotation marks.", near_copy.check),
    "structure": ("Opening, sections and closing are there.", structure.check),
    "length": ("It is about as long as was asked for.", length.check),
}


def examine(material: Material) -> CheckReport:
    """Run every check; one that has nothing to say is reported as passed."""
    findings: list[Finding] = []
    for name, (promise, check) in CHECKS.items():
        found = check(material)
        findings += found or [Finding(check=name, level="pass", message=promise)]
    return CheckReport(findings=findings)
