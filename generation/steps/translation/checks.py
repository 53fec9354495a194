"""Compare the translation with the original; nothing is changed here, people see what was found."""

from generation.checks import translation
from generation.schemas import CheckReport, TranslatedTitle
from generation.steps import wording
from generation.steps.base import StepContext
from generation.steps.translation import file
from generation.steps.translation.original import revision_of

Output = CheckReport


def run(context: StepContext) -> CheckReport:
    """Return what the checks found."""
    context.say("Comparing with the original")
    original = revision_of(context)
    title = context.output_of("title", TranslatedTitle)
    return translation.examine(
        translation.Pair(
            original=f"{original.title}\n\n{original.summary}\n\n{original.body}",
            translation=f"{title.title}\n\n{title.summary}\n\n{file.body(context)}",
            language=context.plan.language,
            canary=wording.canary(context.run),
            is_sample=context.run.is_sample,
        )
    )
