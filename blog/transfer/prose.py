"""Which parts of a Markdown text are prose and which are code: code is never touched."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token

from blog.markdown_rules import guard

_TICKS = re.compile("`+")


def _build_parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    parser.core.ruler.after("block", "guard", guard.show_hostile_paragraphs_as_written)
    return parser


_PARSER = _build_parser()


def tokens(text: str) -> list[Token]:
    """Return what the text consists of, as CommonMark with tables."""
    return _PARSER.parse(text)


def change(text: str, by: Callable[[str], str]) -> str:
    """Return the text with each stretch of its prose changed by `by`."""
    return "".join(
        by(stretch) if is_prose else stretch
        for is_prose, lines in _by_lines(text)
        for is_prose, stretch in (_spans(lines) if is_prose else [(False, lines)])
    )


def _by_lines(text: str) -> Iterator[tuple[bool, str]]:
    """Yield groups of lines, and whether they are prose."""
    lines = [line + "\n" for line in text.split("\n")]
    lines[-1] = lines[-1][:-1]
    at = 0
    for start, end in _code_lines(text):
        if start > at:
            yield True, "".join(lines[at:start])
        yield False, "".join(lines[max(start, at) : end])
        at = max(at, end)
    yield True, "".join(lines[at:])


def _code_lines(text: str) -> list[tuple[int, int]]:
    return [
        (token.map[0], token.map[1])
        for token in tokens(text)
        if token.type in ("fence", "code_block") and token.map
    ]


def _spans(text: str) -> Iterator[tuple[bool, str]]:
    """Yield the stretches between code spans, and the spans."""
    runs = list(_TICKS.finditer(text))
    starts: dict[int, list[int]] = defaultdict(list)
    for run in runs:
        starts[len(run[0])].append(run.start())
    at = 0
    for run in runs:
        if run.start() < at:
            continue
        same = starts[len(run[0])]
        following = bisect_right(same, run.start())
        if following < len(same):
            end = same[following] + len(run[0])
            yield True, text[at : run.start()]
            yield False, text[run.start() : end]
            at = end
    yield True, text[at:]
