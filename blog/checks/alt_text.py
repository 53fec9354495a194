"""A picture without alternative text tells people who can't see it nothing, so it blocks.

Only a picture that the library has as decorative may be without.
"""

from django.conf import settings

from blog.checks.text import Finding, Text
from blog.models import Image

NAME = "alternative text"


def check(text: Text) -> list[Finding]:
    """Name each picture that should have a description and has none."""
    nameless = [
        str(image.get("src", ""))
        for image in text.tree.iter("img")
        if not str(image.get("alt", "")).strip()
    ]
    decorative = _decorative(text.html) if nameless else set()
    findings = [
        Finding(
            check=NAME,
            level="block",
            message="This picture has no alternative text, so people who can’t see it learn nothing"
            " of it. Say what it shows between the square brackets: ![A worn chain](…).",
            where=src,
        )
        for src in dict.fromkeys(nameless)
        if src not in decorative
    ]
    cover = text.draft.cover
    if cover and not (cover.alt_text.strip() or cover.is_decorative):
        message = "The cover has no alternative text. Choose one that is described in the library."
        findings.append(Finding(check=NAME, level="block", message=message, where=str(cover)))
    return findings


def _decorative(html: str) -> set[str]:
    names = Image.objects.shown_in(html).filter(is_decorative=True).values_list("file", flat=True)
    return {f"{settings.MEDIA_URL}{name}" for name in names}
