"""Two texts side by side: paragraphs that belong together in one row, what did not change folded.

A paragraph here is what an editor moves or rewrites as one: a paragraph, a heading, an item of a
list, a row of a table. It keeps the blank lines before it, because those mean something too.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise, zip_longest

from blog.comparing import words
from blog.comparing.words import Effort, Run

_CONTEXT = 1
# Below this share of common words, two paragraphs are a removed and an added one.
_KINSHIP = 0.4
_WORD = re.compile(r"\w+")
_BEGINS = re.compile(r"[ \t]{0,12}(?:[-*+>|]|#{1,6}\s|\d{1,9}[.)]\s|```|~~~)")


@dataclass(frozen=True)
class Row:
    """One row of the comparison; kinds: same, changed, removed, added, gap (`hidden` rows)."""

    kind: str
    old: list[Run] = field(default_factory=list)
    new: list[Run] = field(default_factory=list)
    hidden: int = 0


def texts(old: str, new: str) -> list[Row]:
    """Return the rows that show how `old` became `new`; none when nothing changed.

    Ends of lines and blanks at the end of the text are no difference.
    """
    before, after = split(_plain(old)), split(_plain(new))
    if before == after:
        return []
    return list(_folded(list(_rows(before, after))))


def split(text: str) -> list[str]:
    """Return the paragraphs that make up `text`."""
    starts, place, was_blank, was_heading = [0], 0, True, False
    for line in text.splitlines(keepends=True):
        is_blank = line.isspace()
        if not was_blank and (is_blank or was_heading or _BEGINS.match(line)):
            starts.append(place)
        was_blank, was_heading = is_blank, line.lstrip().startswith("#")
        place += len(line)
    return [text[start:end] for start, end in pairwise([*starts, len(text)]) if start < end]


def pair(old: str, new: str, effort: Effort) -> tuple[list[Run], list[Run]]:
    """Return both sides of a short text, word by word, or whole where they share little."""
    if _likeness(*(Counter(_WORD.findall(text)) for text in (old, new))) >= _KINSHIP:
        return words.runs(old, new, effort)
    return words.whole("old", old), words.whole("new", new)


def _plain(text: str) -> str:
    # Each paragraph stands between ends of lines, the first and the last one too.
    return "\n" + text.replace("\r\n", "\n").strip("\n").rstrip() + "\n"


def _rows(old: list[str], new: list[str]) -> Iterator[Row]:
    effort = Effort()
    before, after = ([paragraph.strip("\n") for paragraph in side] for side in (old, new))
    for is_same, here, there in words.stretches(before, after, effort):
        if not is_same:
            yield from _changed(old[here], new[there], effort)
            continue
        for place, (one, other) in enumerate(zip(old[here], new[there], strict=True)):
            # Beside a paragraph that came or went, blank lines come and go with it.
            if one == other or place == 0:
                same = words.whole("same", other)
                yield _row("same", same, same)
            else:
                yield _row("changed", *words.runs(one, other, effort))


def _changed(old: list[str], new: list[str], effort: Effort) -> Iterator[Row]:
    """Yield the rows of a stretch in which every paragraph changed, came or went."""
    kin = _kin(old, new, effort)
    if kin is None:
        # Too much to look for what belongs together.
        old, new, kin = ["".join(old)], ["".join(new)], []
    i = j = 0
    for left, right in [*kin, (len(old), len(new))]:
        for gone, come in zip_longest(old[i:left], new[j:right], fillvalue=""):
            kind = "changed" if gone and come else "removed" if gone else "added"
            yield _row(kind, words.whole("old", gone), words.whole("new", come))
        if left < len(old):
            yield _row("changed", *words.runs(old[left], new[right], effort))
        i, j = left + 1, right + 1


def _kin(old: list[str], new: list[str], effort: Effort) -> list[tuple[int, int]] | None:
    """Return the places of the pairs that have most words in common, none crossing another.

    None when there are too many.
    """
    sides = [[Counter(_WORD.findall(paragraph)) for paragraph in side] for side in (old, new)]
    longest = max(len(counted) for side in sides for counted in [*side, old])
    if not effort.takes(len(old) * len(new) * longest):
        return None
    close = [
        (likeness, i, j)
        for i, one in enumerate(sides[0])
        for j, other in enumerate(sides[1])
        if (likeness := _likeness(one, other)) >= _KINSHIP
    ]
    pairs: list[tuple[int, int]] = []
    for _, i, j in sorted(close, key=lambda pair: -pair[0]):
        if all((i - left) * (j - right) > 0 for left, right in pairs):
            pairs.append((i, j))
    return sorted(pairs)


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    """Which share of the words of both stands in both, from 0 to 1."""
    return 2 * (one & other).total() / max(one.total() + other.total(), 1)


def _row(kind: str, old: list[Run], new: list[Run]) -> Row:
    return Row(kind, _trimmed(old), _trimmed(new))


def _trimmed(runs: list[Run]) -> list[Run]:
    """Without the ends of lines that a row of its own says already."""
    kept = [*runs]
    if kept and not _is_telling(kept[0]):
        kept[:1] = words.whole(kept[0].kind, kept[0].text.lstrip("\n"))
    if kept and not _is_telling(kept[-1]):
        kept[-1:] = words.whole(kept[-1].kind, kept[-1].text.rstrip("\n"))
    return kept


def _is_telling(run: Run) -> bool:
    """Whether it is nothing but blanks that changed."""
    return run.kind != "same" and run.text.isspace()


def _folded(rows: list[Row]) -> Iterator[Row]:
    """Yield the rows; of what did not change only those beside a change."""
    changes = [place for place, row in enumerate(rows) if row.kind != "same"]
    reach = range(-_CONTEXT, _CONTEXT + 1)
    near = {place + step for place in changes for step in reach} & set(range(len(rows)))
    hidden = 0
    for place, row in enumerate(rows):
        if place not in near:
            hidden += 1
            continue
        if hidden:
            yield Row("gap", hidden=hidden)
            hidden = 0
        yield row
    if hidden:
        yield Row("gap", hidden=hidden)
