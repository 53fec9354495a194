"""Two pieces of text, word by word: what both have, what only the old or the new one has.

difflib finds the words; its time grows with the cube of a hostile text's length, so that here rare
words alone are its anchors, and an `Effort` says how much of it a comparison may take.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

# (first and last place in the old, in the new): equal there, or one instead of the other.
Stretch = tuple[bool, slice, slice]

_TOKEN = re.compile(r"\s+|\w+|[^\w\s]")
_MOST_ANCHORS = 12


@dataclass(frozen=True)
class Run:
    """Some words of one side; kinds: same, old, new."""

    kind: str
    text: str

    @property
    def shown(self) -> str:
        """The words, with signs for blanks where nothing else changed."""
        if self.kind == "same" or not self.text.isspace():
            return self.text
        return self.text.replace(" ", "␣").replace("\t", "⇥").replace("\n", "↵\n")


@dataclass
class Effort:
    """How many more pairs of words or paragraphs may be looked at."""

    left: int = 4_000_000

    def takes(self, pairs: int) -> bool:
        """Whether there is so much left; then it is taken."""
        if pairs > self.left:
            return False
        self.left -= pairs
        return True


def split(text: str) -> list[str]:
    """Return the words, blanks and signs that make up `text`."""
    return _TOKEN.findall(text)


def runs(old: str, new: str, effort: Effort) -> tuple[list[Run], list[Run]]:
    """Return what the old and what the new side show; joined they are `old` and `new`."""
    before, after = split(old), split(new)
    left: list[Run] = []
    right: list[Run] = []
    for is_same, here, there in stretches(before, after, effort):
        kinds = ("same", "same") if is_same else ("old", "new")
        left += _run(kinds[0], before[here])
        right += _run(kinds[1], after[there])
    return left, right


def whole(kind: str, text: str) -> list[Run]:
    """Return `text` as one run, or as none when there is no text."""
    return [Run(kind, text)] if text else []


def stretches(old: Sequence[str], new: Sequence[str], effort: Effort) -> Iterator[Stretch]:
    """Yield the equal and the changed stretches of two rows, in order and without a hole."""
    start = _common(old, new)
    tail = _common(old[start:][::-1], new[start:][::-1])
    end_old, end_new = len(old) - tail, len(new) - tail
    if start:
        yield True, slice(0, start), slice(0, start)
    for is_same, i, i_end, j, j_end in _between(old[start:end_old], new[start:end_new], effort):
        yield is_same, slice(start + i, start + i_end), slice(start + j, start + j_end)
    if tail:
        yield True, slice(end_old, len(old)), slice(end_new, len(new))


def _between(
    old: Sequence[str], new: Sequence[str], effort: Effort
) -> Iterator[tuple[bool, int, int, int, int]]:
    if not (old and new and effort.takes(len(old) * len(new))):
        if old or new:
            yield False, 0, len(old), 0, len(new)
        return
    # Blanks, and what stands everywhere, only make a match longer that something rarer began.
    weak = {item for item, count in Counter(new).items() if count > _MOST_ANCHORS or item.isspace()}
    matcher = SequenceMatcher(weak.__contains__, old, new, autojunk=False)
    for tag, i, i_end, j, j_end in matcher.get_opcodes():
        yield tag == "equal", i, i_end, j, j_end


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    """How many items both begin with."""
    pairs = zip(old, new, strict=False)
    return next(
        (place for place, (one, other) in enumerate(pairs) if one != other),
        min(len(old), len(new)),
    )


def _run(kind: str, tokens: Sequence[str]) -> list[Run]:
    return whole(kind, "".join(tokens))
