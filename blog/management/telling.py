"""How an import or export is told in a terminal: a line a thing, a bar, and totals at the end."""

import shutil
import sys
from collections.abc import Callable
from typing import Any

from blog.transfer.report import Line, Outcome, Report


def lines(out: Any) -> Callable[[Line], None]:
    """Return what writes one line for each thing that is new, changed, or went wrong."""

    def write(line: Line) -> None:
        if line.outcome == Outcome.UNCHANGED and not line.notes:
            return
        label = f"{line.label}  " if line.label and line.label != line.source_id else ""
        about = " ".join(text for text in (line.reason, *line.notes) if text)
        out.write(f"{line.outcome:9}  {line.kind:8}  {line.source_id}  {label}{about}".rstrip())

    return write


def bar(out: Any) -> Callable[[int, int], None]:
    """Return what draws how far it is: in place on a terminal, a line each tenth in a log."""
    if not sys.stderr.isatty():
        return _tenths(out)

    def draw(done: int, total: int) -> None:
        share = done * 20 // total if total else 20
        words = f"[{'█' * share}{'·' * (20 - share)}] {done:,} of {total:,}"
        width = shutil.get_terminal_size().columns - 1
        out.write("\r" + words[:width].ljust(width), ending="" if done < total else "\n")
        out.flush()

    return draw


def totals(report: Report, out: Any) -> None:
    """Write the totals, what stayed behind, and what wants somebody's eyes."""
    title = "Would be done" if report.is_trial else "Done"
    names = [outcome.value for outcome in Outcome]
    out.write(f"\n{title} ({report.source})")
    out.write("            " + "".join(f"{name:>11}" for name in names))
    for kind, numbers in report.table():
        out.write(f"{kind:12}" + "".join(f"{number:>11,}" for number in numbers))
    if report.redirects:
        out.write(f"\n{report.redirects:>11,}  old addresses lead here from now on")
    if report.left_behind:
        out.write("\nNot taken over")
        for name, number in sorted(report.left_behind.items()):
            out.write(f"{number:>11,}  {name}")
    if report.needs_alt_text:
        out.write(f"\n{report.undescribed:>11,}  pictures that somebody should describe")
        for name in report.needs_alt_text:
            out.write(f"  {name}")
    out.write("")


def _tenths(out: Any) -> Callable[[int, int], None]:
    told: set[int] = set()

    def write(done: int, total: int) -> None:
        tenth = done * 10 // total if total else 10
        if tenth not in told:
            told.add(tenth)
            out.write(f"{done:,} of {total:,} posts and pages")

    return write
