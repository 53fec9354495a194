"""Examine the finished text; nothing is changed here, people see what was found."""

from dataclasses import replace

from generation import checks, topics
from generation.schemas import CheckReport, EditedArticle, Evidence, Metadata
from generation.steps import wording
from generation.steps.base import StepContext

Output = CheckReport


def run(context: StepContext) -> CheckReport:
    """Return what the checks found."""
    context.say("Checking the text")
    examined = material(context)
    return checks.examine(
        replace(
            examined,
            own_posts=topics.nearest_posts(
                examined.metadata.title,
                language=examined.language,
                but_not=context.run.post_id,
            ),
        )
    )


def material(context: StepContext) -> checks.Material:
    """Return what the checks look at in the article itself, without the posts of the blog."""
    return checks.Material(
        article=context.output_of("edit", EditedArticle),
        metadata=context.output_of("metadata", Metadata),
        evidence=context.output_of("research", Evidence),
        snapshots=list(context.run.snapshots.all()),
        style_guide=context.plan.style_guide,
        language=context.plan.language,
        target_words=context.plan.target_words,
        canary=wording.canary(context.run),
    )
