"""Take the post in hand: its text in passages that are translated side by side."""

from blog.models import Revision
from generation import passages
from generation.schemas import Original
from generation.steps.base import StepContext, StepFailed

Output = Original


def run(context: StepContext) -> Original:
    """Return the original in passages. Raises StepFailed when it is gone or has no text."""
    context.say("Reading the original")
    revision = revision_of(context)
    found = passages.split(revision.body)
    if not found:
        raise StepFailed("The post has no text yet. Write it first, then press Retry.")
    return Original(language=revision.language, passages=found)


def revision_of(context: StepContext) -> Revision:
    """Return the revision that is translated. Raises StepFailed when it is gone."""
    if context.run.based_on is None:
        raise StepFailed("The text to be translated is gone. Start a new run of the brief.")
    return context.run.based_on
