"""What a translation must stand up to: it says what the original says, and leads where that leads.

What the original has itself (a text about prompts speaks of prompts) is no fault of a translation.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from generation.checks import language, leaked_instructions, placeholders
from generation.passages import bones
from generation.schemas import CheckReport, Finding

# Of the original's characters; Chinese needs a third of what English does.
_FEWEST, _MOST = 0.25, 2.5


@dataclass(frozen=True)
class Pair:
    """The original and its translation, Markdown with the title first."""

    original: str
    translation: str
    language: str
    canary: str
    is_sample: bool


def examine(pair: Pair) -> CheckReport:
    """Run every check; one that has nothing to say is reported as passed."""
    findings: list[Finding] = []
    for name, (promise, check) in CHECKS.items():
        found = [
            Finding(check=name, level=level, message=message, sentence=sentence)
            for level, message, sentence in check(pair)
        ]
        findings += found or [Finding(check=name, level="pass", message=promise)]
    return CheckReport(findings=findings)


Said = Iterator[tuple[str, str, str]]


def _addresses(pair: Pair) -> Said:
    before, after = bones(pair.original).addresses, bones(pair.translation).addresses
    for url in sorted(after - before):
        said = "The original does not lead to this address. Take it out of the translation."
        yield "block", said, url
    for url in sorted(before - after):
        yield "warn", f"The original leads to {url[:200]}; the translation does not.", ""


def _structure(pair: Pair) -> Said:
    before, after = bones(pair.original).counts, bones(pair.translation).counts
    for name, count in before.items():
        if after[name] != count:
            yield "warn", f"The original has {count} {name}, the translation {after[name]}.", ""
    share = len(pair.translation) / max(1, len(pair.original))
    if not _FEWEST < share < _MOST:
        yield "warn", f"It has {share:.0%} of the original's length. Compare the two.", ""


def _language(pair: Pair) -> Said:
    if other := language.other_language(pair.translation, than=pair.language):
        if pair.is_sample:
            yield "warn", "The sample model does not translate; it shows how it would look.", ""
        else:
            said = f"It should be in “{pair.language}”, but the text {other}. Start a new run."
            yield "block", said, _first_line(pair.translation)


def _leaks(pair: Pair) -> Said:
    is_known = leaked_instructions.speaks_of_orders(pair.original)
    for line in pair.translation.splitlines():
        if pair.canary in line or (leaked_instructions.speaks_of_orders(line) and not is_known):
            said = "This reads like an instruction to a model, or a model speaking of itself."
            yield "block", said, line.strip()


def _placeholders(pair: Pair) -> Said:
    is_known = placeholders.is_in(pair.original)
    for line in pair.translation.splitlines():
        if placeholders.is_in(line) and not is_known:
            yield "block", "A placeholder was left in this line.", line.strip()


def _first_line(text: str) -> str:
    return next(filter(None, map(str.strip, text.splitlines())), "")


CHECKS: dict[str, tuple[str, Callable[[Pair], Said]]] = {
    "foreign addresses": ("Links lead where those of the original lead.", _addresses),
    "structure": ("It has the parts of the original.", _structure),
    language.NAME: (language.PROMISE, _language),
    leaked_instructions.NAME: (
        "Nothing of the model's instructions is in it.",
        _leaks,
    ),
    "placeholders": ("No placeholder was left in it.", _placeholders),
}
