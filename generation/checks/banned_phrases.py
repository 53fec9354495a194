"""The style guide's list of phrases, found as whole words, whatever their case; it only warns."""

import re
from collections.abc import Iterable, Iterator

from blog import checks as content
from generation.checks.material import Material
from generation.models import Run, StyleGuide
from generation.schemas import Finding

NAME = "banned phrases"
PROMISE = "It keeps to the style guide's list."
_SENTENCE_END = re.compile(r"(?<=[.!?…。！？])\s+")


def check(material: Material) -> list[Finding]:
    """Name each sentence with a phrase that the style guide bans, quotations included."""
    return [
        Finding(check=NAME, level="warn", message=_message(phrase), sentence=line)
        for phrase, line in _found(material.style_guide, material.lines())
    ]


def check_text(text: content.Text) -> list[content.Finding]:
    """Name each sentence of a post with a phrase that its style guide bans."""
    guide = style_guide_of(text)
    if guide is None:
        return []
    return [
        content.Finding(
            check=NAME, level="warn", message=_message(phrase), where=content.shorten(line)
        )
        for phrase, line in _found(guide, _sentences(text.passages()))
    ]


def style_guide_of(text: content.Text) -> StyleGuide | None:
    """Return the guide of the run that wrote the post, else the only one there is, else None."""
    run = text.post and (
        Run.objects.filter(post=text.post.pk)
        .select_related("brief__plan__style_guide")
        .order_by("-created_at")
        .first()
    )
    if run:
        return run.brief.plan.style_guide
    only = list(StyleGuide.objects.all()[:2])
    return only[0] if len(only) == 1 else None


def _found(guide: StyleGuide, lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield each banned phrase with each line that has it."""
    patterns = {phrase: _pattern(phrase) for phrase in guide.banned_phrases if phrase.strip()}
    for line in lines:
        yield from ((phrase.strip(), line) for phrase, p in patterns.items() if p.search(line))


def _sentences(passages: Iterable[str]) -> Iterator[str]:
    for passage in passages:
        yield from _SENTENCE_END.split(passage)


def _message(phrase: str) -> str:
    return f"The style guide bans “{phrase}”."


def _pattern(phrase: str) -> re.Pattern[str]:
    words = r"\s+".join(map(re.escape, phrase.split()))
    return re.compile(rf"(?<!\w){words}(?!\w)", re.IGNORECASE)
