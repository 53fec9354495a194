"""What an import did, or would do: one line a thing, totals, and what stayed behind.

A report of a hundred thousand things stays small: of the lines only the first are kept, of each
outcome, while whoever listens hears them all.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

KEPT_LINES = 500


class Outcome(StrEnum):
    """What became of a thing of the file."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One thing of the file and what became of it."""

    outcome: Outcome
    kind: str
    source_id: str
    label: str = ""
    reason: str = ""
    notes: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "outcome": self.outcome.value,
            "kind": self.kind,
            "source_id": self.source_id,
            "label": self.label,
            "reason": self.reason,
            "notes": list(self.notes),
        }


@dataclass(kw_only=True)
class Report:
    """What an import did; `is_trial` if it kept nothing of it."""

    format: str
    source: str = ""
    is_trial: bool = True
    listener: Callable[[Line], None] | None = None
    lines: list[Line] = field(default_factory=list)
    totals: Counter[tuple[str, str]] = field(default_factory=Counter)
    # What this blog has no place for, and how much of it there was.
    left_behind: Counter[str] = field(default_factory=Counter)
    # Old addresses that lead here from now on.
    redirects: int = 0
    # Pictures that nobody described.
    undescribed: int = 0
    needs_alt_text: list[str] = field(default_factory=list)
    _kept: Counter[str] = field(default_factory=Counter)

    def add(self, line: Line) -> None:
        """Note what became of one thing."""
        self.totals[(line.kind, line.outcome)] += 1
        if self._kept[line.outcome] < KEPT_LINES:
            self._kept[line.outcome] += 1
            self.lines.append(line)
        if self.listener:
            self.listener(line)

    def lacks_alt_text(self, name: str) -> None:
        """Note a picture that somebody should describe."""
        self.undescribed += 1
        if len(self.needs_alt_text) < KEPT_LINES:
            self.needs_alt_text.append(name)

    def count(self, outcome: Outcome) -> int:
        """Return how many things had this outcome."""
        return sum(number for (_, other), number in self.totals.items() if other == outcome)

    @property
    def has_failures(self) -> bool:
        """Something of the file could not be brought."""
        return self.count(Outcome.FAILED) > 0

    @property
    def dropped(self) -> int:
        """How many lines were heard and not kept."""
        return self.totals.total() - len(self.lines)

    def table(self) -> list[tuple[str, list[int]]]:
        """Return the totals: each kind with its number for each outcome, in their order."""
        kinds = dict.fromkeys(kind for kind, _ in self.totals)
        return [(kind, [self.totals[(kind, outcome)] for outcome in Outcome]) for kind in kinds]

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values, to be stored or given to a program."""
        return {
            "format": self.format,
            "source": self.source,
            "is_trial": self.is_trial,
            "totals": {
                kind: dict(zip(Outcome, numbers, strict=True)) for kind, numbers in self.table()
            },
            "lines": [line.as_json() for line in self.lines],
            "dropped": self.dropped,
            "redirects": self.redirects,
            "left_behind": dict(sorted(self.left_behind.items())),
            "undescribed": self.undescribed,
            "needs_alt_text": self.needs_alt_text,
        }
