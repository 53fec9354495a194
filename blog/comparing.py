"""What differs between two texts, line by line, in a time that does not grow out of hand."""

import difflib

MAX_LINES = 2_000
_KINDS = {" ": "same", "-": "old", "+": "new"}


def lines(old: str, new: str) -> list[tuple[str, str]]:
    """Return (kind, line) with two lines around each change; kinds: same, old, new, gap.

    Of texts beyond MAX_LINES the rest is left out.
    """
    before, after = old.splitlines()[:MAX_LINES], new.splitlines()[:MAX_LINES]
    # The first two lines of a unified diff name the files.
    difference = list(difflib.unified_diff(before, after, n=2, lineterm=""))[2:]
    return [
        ("gap", "") if line.startswith("@@") else (_KINDS[line[0]], line[1:]) for line in difference
    ]
