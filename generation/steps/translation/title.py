"""Give the translation its title, address and summary; tags and category are the original's."""

from blog.models import Revision
from generation.schemas import TranslatedPassage, TranslatedTitle
from generation.steps import metadata, wording
from generation.steps.base import StepContext
from generation.steps.translation.original import revision_of

Output = TranslatedTitle

MAX_TOKENS = 4_000
# How much of the translation is shown, so that the title speaks its words.
SHOWN_CHARACTERS = 3_000


def run(context: StepContext) -> TranslatedTitle:
    """Return the title, the summary and what search engines are told, as plain text."""
    context.say("Translating title and summary")
    original = revision_of(context)
    first = context.output_of("passages", TranslatedPassage)
    found = context.ask(
        "translate_title",
        TranslatedTitle,
        variables={
            **wording.house(context),
            "original_language": original.language,
            "original": _lines(original),
            "beginning": first.markdown[:SHOWN_CHARACTERS],
        },
        max_tokens=MAX_TOKENS,
    )
    canary = wording.canary(context.run)
    # What the original has not, the translation need not have; what leaked is left out.
    given = {
        name: metadata.safe(getattr(found, name), canary) if getattr(original, name) else ""
        for name in ("title", "summary", "seo_title", "seo_description")
    }
    return TranslatedTitle(**given | {"title": given["title"] or original.title}, slug=found.slug)


def _lines(original: Revision) -> str:
    lines = [
        ("Title", original.title),
        ("Summary", original.summary),
        ("Title for search engines", original.seo_title),
        ("Description for search engines", original.seo_description),
    ]
    return "\n".join(f"{name}: {words}" for name, words in lines if words)
