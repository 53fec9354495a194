"""Give the finished article its title, address, summary and tags."""

import re

from generation import closed_world
from generation.schemas import EditedArticle, Evidence, Metadata, Outline
from generation.steps import wording
from generation.steps.base import StepContext

Output = Metadata

MAX_TOKENS = 4_000
MAX_TAGS = 5
MAX_NEW_TAGS = 2


def run(context: StepContext) -> Metadata:
    """Return the metadata as plain text: no markup, no addresses, tags of the blog first."""
    context.say("Writing title, summary and tags")
    evidence = context.output_of("research", Evidence)
    outline = context.output_of("outline", Outline)
    article = context.output_of("edit", EditedArticle)
    found = context.ask(
        "metadata",
        Metadata,
        variables={
            **wording.house(context),
            "titles": "\n".join(outline.titles),
            "article": wording.plain(article),
            "taxonomy": "\n".join(evidence.tags),
        },
        max_tokens=MAX_TOKENS,
    )
    canary = wording.canary(context.run)
    return Metadata(
        title=safe(found.title, canary) or context.brief.title,
        slug=found.slug,
        summary=safe(found.summary, canary) or context.brief.title,
        tags=_tags(found.tags, evidence.tags),
    )


def safe(text: str, canary: str) -> str:
    """Plain text for a title or a summary: what leaks or leads elsewhere makes it worthless."""
    return "" if canary in text else closed_world.plain(text)


def _tags(proposed: list[str], existing: list[str]) -> list[str]:
    """The blog's own spelling of the tags it has, then a few new ones."""
    spelled = {name.casefold(): name for name in existing}
    names = list(dict.fromkeys(spelled.get(tag.casefold(), tag) for tag in proposed))
    own = [name for name in names if name in existing]
    new = [name for name in names if name not in existing and _is_tag(name)]
    return (own + new[:MAX_NEW_TAGS])[:MAX_TAGS]


def _is_tag(name: str) -> bool:
    """A word or three, and nothing that is no word."""
    return re.fullmatch(r"[\w+#.&/'’-]+(?: [\w+#.&/'’-]+){0,3}", name) is not None and any(
        character.isalnum() for character in name
    )
