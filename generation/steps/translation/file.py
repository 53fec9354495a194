"""Put the translation on the desk: a post of its own, linked to the one it is a translation of."""

from dataclasses import replace

from django.db import IntegrityError
from django.utils.text import slugify

from blog.models import Post
from blog.revisions import Draft, content_of, create_post
from generation import contributors, reworking
from generation.models import Run
from generation.schemas import Filed, TranslatedPassage, TranslatedTitle
from generation.steps import file
from generation.steps.base import StepContext, StepFailed
from generation.steps.translation.original import revision_of

Output = Filed


def run(context: StepContext) -> Filed:
    """File the translation, or find that it was filed already."""
    context.say("Filing the translation")
    return file.once(context, lambda run: _file(context, run))


def body(context: StepContext) -> str:
    """Return the text of the translation."""
    passages = context.outputs_of("passages", TranslatedPassage)
    return "\n\n".join(one.markdown for one in passages) + "\n"


def _file(context: StepContext, run: Run) -> None:
    original = revision_of(context).post
    try:
        run.post = create_post(
            _draft(context),
            by=run.requested_by,
            note=file.TRANSLATED,
            contributor_ids=contributors.of_run(run),
            kind=Post.Kind(original.kind),
            translation_of=reworking.root_of(original),
        )
    except IntegrityError as refused:
        if "post_has_one_translation_a_language" not in str(refused):
            raise
        raise StepFailed(
            "Somebody has made a translation into this language meanwhile; theirs is kept, and"
            " the text of this one is in this run."
        ) from None
    run.filed_revision = run.post.latest_revision
    file.announce(run)


def _draft(context: StepContext) -> Draft:
    """The original's byline, category, tags and cover, and the words of the translation."""
    title = context.output_of("title", TranslatedTitle)
    original = content_of(revision_of(context))
    return replace(
        original,
        title=title.title,
        slug=slugify(title.slug) or slugify(title.title) or original.slug,
        body=body(context),
        summary=title.summary,
        language=context.plan.language,
        is_ai_generated=True,
        is_sample=original.is_sample or context.run.is_sample,
        seo_title=title.seo_title,
        seo_description=title.seo_description,
        canonical_url="",
    )
