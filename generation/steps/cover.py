"""Have a cover drawn and put into the library; an article without one is better than none.

What waiting can mend is tried again, as in every step. Whatever else goes wrong leaves the article
without a cover, and the reason for its reviewer.
"""

from django.core.files.storage import default_storage

from blog import library
from blog.models import Image
from blog.pictures import Picture
from generation import closed_world
from generation.budget import BudgetExceeded
from generation.client import CallFailed, OutcomeUnknown, TryAgainLater
from generation.prices import UnknownModelPrice
from generation.prompts import PromptError
from generation.schemas import Cover, CoverIdea, Metadata
from generation.steps import wording
from generation.steps.base import StepContext

Output = Cover

MAX_TOKENS = 4_000
# Retry is for runs that failed; this one goes on.
_ADVICE = ", then press Retry."


def run(context: StepContext) -> Cover:
    """Return the picture in the library, or why there is none."""
    try:
        idea = _idea(context)
        context.say("Drawing the cover")
        picture = context.draw("picture", variables={"scene": idea.scene})
    except (TryAgainLater, OutcomeUnknown):
        raise
    except (CallFailed, BudgetExceeded, PromptError, UnknownModelPrice) as error:
        return Cover(problem=str(error).replace(_ADVICE, "."))
    return Cover(image_id=_keep(context, picture, idea.alt_text).pk)


def _idea(context: StepContext) -> CoverIdea:
    """What the picture shows: for who draws it, and for who can't see it."""
    context.say("Thinking of a cover")
    metadata = context.output_of("metadata", Metadata)
    canary = wording.canary(context.run)
    idea = context.ask(
        "cover",
        CoverIdea,
        variables={
            "language": context.plan.language,
            "canary": canary,
            "title": metadata.title,
            "summary": metadata.summary,
        },
        max_tokens=MAX_TOKENS,
    )
    if canary in f"{idea.scene}{idea.alt_text}":
        return CoverIdea(scene=metadata.title, alt_text=metadata.title)
    return CoverIdea(
        scene=closed_world.plain(idea.scene) or metadata.title,
        alt_text=closed_world.plain(idea.alt_text) or metadata.title,
    )


def _keep(context: StepContext, picture: Picture, alt_text: str) -> Image:
    """Put the picture into the library, once: its name is that of the run, and of its pixels."""
    name = f"images/covers/{context.run.pk}-{picture.name}"
    with context.saving():
        kept: Image | None = Image.objects.filter(file=name).first()
        if kept:
            return kept
        # What a worker left that died right here: no row names it.
        default_storage.delete(name)
        return library.add_image(
            picture,
            alt_text=alt_text,
            credit="AutoBlog’s sample model" if context.run.is_sample else context.run.cover_model,
            is_ai_generated=True,
            stored_as=name,
            by=context.run.requested_by,
        )
