"""Examine what is new in the post; what it said before was approved as it is."""

from dataclasses import replace

from generation import checks, topics
from generation.checks import structure
from generation.schemas import CheckReport, Evidence, Finding, Metadata, Refreshed
from generation.steps import wording
from generation.steps.base import StepContext
from generation.steps.refresh.revise import base_of

Output = CheckReport

# They are about whole articles.
_NOT_ASKED = ("structure", "length")


def run(context: StepContext) -> CheckReport:
    """Return what the checks found."""
    context.say("Checking what is new")
    examined = material(context)
    own_posts = topics.nearest_posts(
        examined.metadata.title, language=examined.language, but_not=base_of(context).post_id
    )
    report = checks.examine(replace(examined, own_posts=own_posts), but_not=_NOT_ASKED)
    if refused := examined.article.refused_changes:
        said = f"Changes that must not be made were left out ({len(refused)})."
        report.findings.append(Finding(check=structure.NAME, level="warn", message=said))
    return report


def material(context: StepContext) -> checks.Material:
    """Return what is new, and what it rests on: the sources, and what the post said before."""
    refreshed = context.output_of("revise", Refreshed)
    evidence = context.output_of("research", Evidence)
    return checks.Material(
        article=refreshed.news(),
        metadata=Metadata(
            title=refreshed.title, slug="", summary=refreshed.summary or "…", tags=[]
        ),
        evidence=evidence.model_copy(update={"facts": [*evidence.facts, *refreshed.earlier]}),
        snapshots=list(context.run.snapshots.all()),
        style_guide=context.plan.style_guide,
        language=context.plan.language,
        target_words=context.plan.target_words,
        canary=wording.canary(context.run),
    )
