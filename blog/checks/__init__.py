"""What a text is asked before people approve it: a file a check, all listed here.

Alternative text and links that lead nowhere block: readers would be shut out or misled. Heading
order, links to posts that are yet to appear, a missing description, a title that is cut, and the
phrases that a style guide bans warn: a person decides. `CONTENT_CHECKS` in the settings assembles
the lists, so that floors above add theirs.
"""

from django.conf import settings
from django.utils.module_loading import import_string

from blog.checks import alt_text, description, heading_order, internal_links, title_length
from blog.checks.text import Check, Finding, Text, shorten
from blog.models import Post
from blog.revisions import Draft

__all__ = [
    "CHECKS",
    "Check",
    "Finding",
    "Text",
    "assembled",
    "examine",
    "look_at",
    "shorten",
    "worst_first",
]

# By name: what is promised when a check finds nothing, and the check.
CHECKS: dict[str, tuple[str, Check]] = {
    alt_text.NAME: ("Every picture is described or decorative.", alt_text.check),
    internal_links.NAME: ("Every link into this site leads somewhere.", internal_links.check),
    heading_order.NAME: ("Headings go down one level at a time.", heading_order.check),
    description.NAME: ("Search engines and lists have a description.", description.check),
    title_length.NAME: ("Search engines show the whole title.", title_length.check),
}


def assembled() -> dict[str, tuple[str, Check]]:
    """Return the checks of all floors, by name, as the settings list them."""
    lists = [import_string(path) for path in settings.CONTENT_CHECKS]
    return {name: check for checks in lists for name, check in checks.items()}


def examine(draft: Draft, *, post: Post | None = None) -> list[Finding]:
    """Return what the checks find in a text, the worst first; one without a finding has passed.

    `post` is whose text it is, if it was ever saved. Nothing is changed. Raises TextTooLong.
    """
    return look_at(Text.of(draft, post))


def look_at(text: Text) -> list[Finding]:
    """Return what the checks find in a text that is rendered already, as `examine` does."""
    findings: list[Finding] = []
    for name, (promise, check) in assembled().items():
        findings += check(text) or [Finding(check=name, level="pass", message=promise)]
    return worst_first(findings)


def worst_first(findings: list[Finding]) -> list[Finding]:
    """Return the findings with those that block before those that warn, before the rest."""
    return sorted(findings, key=lambda finding: ["block", "warn", "pass"].index(finding.level))
