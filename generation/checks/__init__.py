"""What a finished text must stand up to before people see it: a file a check, all listed here."""

from collections.abc import Callable, Container

from blog import checks as content
from generation.checks import (
    banned_phrases,
    foreign_addresses,
    language,
    leaked_instructions,
    length,
    near_copy,
    own_posts,
    placeholders,
    readability,
    structure,
    unsupported_claims,
)
from generation.checks.material import Material
from generation.schemas import CheckReport, Finding

__all__ = ["CHECKS", "CONTENT_CHECKS", "Material", "examine"]

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
    banned_phrases.NAME: (banned_phrases.PROMISE, banned_phrases.check),
    "near copy": ("It takes no long passage over without quotation marks.", near_copy.check),
    own_posts.NAME: (own_posts.PROMISE, own_posts.check),
    language.NAME: (language.PROMISE, language.check),
    readability.NAME: (readability.PROMISE, readability.check),
    "structure": ("Opening, sections and closing are there.", structure.check),
    "length": ("It is about as long as was asked for.", length.check),
}
# What any text of the blog is asked too, whoever wrote it; see `blog.checks`.
CONTENT_CHECKS: dict[str, tuple[str, content.Check]] = {
    banned_phrases.NAME: (banned_phrases.PROMISE, banned_phrases.check_text),
}


def examine(material: Material, *, but_not: Container[str] = ()) -> CheckReport:
    """Run every check `but_not` some; one that has nothing to say is reported as passed."""
    findings: list[Finding] = []
    for name, (promise, check) in CHECKS.items():
        if name in but_not:
            continue
        found = check(material)
        findings += found or [Finding(check=name, level="pass", message=promise)]
    return CheckReport(findings=findings)
