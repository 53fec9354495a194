"""Translate one passage of the original; all passages are translated side by side."""

from generation.schemas import Original, TranslatedPassage
from generation.steps import wording
from generation.steps.base import StepContext, StepFailed

Output = TranslatedPassage

MAX_TOKENS = 12_000


def run(context: StepContext) -> TranslatedPassage:
    """Return passage number `context.index`. Raises StepFailed when orders leaked into it."""
    original = context.output_of("original", Original)
    count = len(original.passages)
    context.say(f"Translating passage {context.index + 1} of {count}")
    translated = context.ask(
        "translate",
        TranslatedPassage,
        variables={
            **wording.house(context),
            "original_language": original.language,
            "passage": original.passages[context.index],
        },
        max_tokens=MAX_TOKENS,
    )
    if wording.canary(context.run) in translated.markdown:
        raise StepFailed(
            "The model repeated its instructions instead of translating. Start a new run; if it"
            " happens again, read the original for text that speaks to a model."
        )
    return translated
