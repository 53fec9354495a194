"""Put the article on the desk: post, claims and the signal are saved together, and only once."""

from collections.abc import Callable

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from blog import crash_points
from blog.models import Image, Post, Revision, Tag
from blog.revisions import Draft, EditConflict, PostArchived, create_post, save_revision
from generation import contributors, manuscript
from generation.checks import Material, unsupported_claims
from generation.models import Claim, Run
from generation.schemas import Cover, EditedArticle, Evidence, Filed, Metadata
from generation.signals import draft_filed
from generation.steps import checks as checking
from generation.steps.base import StepContext, StepFailed

Output = Filed

WRITTEN, WRITTEN_AGAIN = "Written by a run", "A part was written again"
REFRESHED, TRANSLATED = "Refreshed by a run", "Translated by a run"
# What the writers' room says of its revisions.
NOTES = (WRITTEN, WRITTEN_AGAIN, REFRESHED, TRANSLATED)


def run(context: StepContext) -> Filed:
    """File the draft, or find that it was filed already."""
    context.say("Filing the draft")
    evidence = context.output_of("research", Evidence)
    article = context.output_of("edit", EditedArticle)
    sources = len(manuscript.cited_sources(article, evidence))
    return once(context, lambda run: _file(context, run, article, evidence), sources=sources)


def once(context: StepContext, file: Callable[[Run], None], *, sources: int = 0) -> Filed:
    """Call `file` with the locked run in the transaction that files, unless it was called before.

    Raises StepFailed when the run was stopped.
    """
    crash_points.reach("before_file")
    with context.saving():
        locked = Run.objects.select_for_update().get(pk=context.run.pk)
        is_again = locked.steps.filter(name="file", take__gt=0).exists()
        if locked.post is None or is_again:
            if not locked.is_active:
                raise StepFailed("The run was stopped before its draft was filed.")
            file(locked)
            context.run.refresh_from_db(fields=["post"])
        filed = Filed(post_id=locked.post_id or 0, claims=locked.claims.count(), sources=sources)
        crash_points.reach("before_file_commit")
    crash_points.reach("after_file")
    return filed


def _file(context: StepContext, run: Run, article: EditedArticle, evidence: Evidence) -> None:
    store_claims(run, checking.material(context))
    draft = _draft(context, article, evidence)
    people = contributors.of_run(run)
    before = run.filed_revision
    if run.post is None:
        run.post = create_post(draft, by=run.requested_by, note=WRITTEN, contributor_ids=people)
        run.filed_revision = run.post.latest_revision
    else:
        run.filed_revision = _file_again(run, run.post, draft, people)
    # It may have come out word for word as before, or have been filed before a crash.
    if run.filed_revision != before:
        announce(run)


def announce(run: Run) -> None:
    """Save which post and revision the run filed, and tell the desk."""
    run.save(update_fields=["post", "filed_revision"])
    draft_filed.send(sender=Run, run=run, post=run.post)


def _file_again(run: Run, post: Post, draft: Draft, people: set[int]) -> Revision:
    try:
        return save_revision(
            post,
            draft,
            by=run.requested_by,
            note=WRITTEN_AGAIN,
            based_on=run.filed_revision,
            contributor_ids=people,
        )
    except (EditConflict, PostArchived):
        raise StepFailed(
            "Somebody changed the draft while a part of it was written again; theirs is kept, and"
            " the new part is in this run."
        ) from None


def _draft(context: StepContext, article: EditedArticle, evidence: Evidence) -> Draft:
    metadata = context.output_of("metadata", Metadata)
    plan = context.plan
    return Draft(
        title=metadata.title,
        slug=slugify(metadata.slug) or slugify(metadata.title),
        body=manuscript.body(article, evidence, language=plan.language),
        summary=metadata.summary,
        language=plan.language,
        author=plan.author,
        category=plan.category,
        cover=_cover(context),
        tags=_tags(metadata.tags),
        is_ai_generated=True,
        is_sample=context.run.is_sample,
    )


def _cover(context: StepContext) -> Image | None:
    """The picture that the run had drawn, unless somebody has deleted it since."""
    drawn = context.outputs_of("cover", Cover)
    return Image.objects.filter(pk=drawn[0].image_id or 0).first() if drawn else None


def store_claims(run: Run, material: Material) -> None:
    """One row for each quote behind a sentence, one for each claim without any."""
    snapshots = {snapshot.label: snapshot for snapshot in run.snapshots.all()}
    loose = {sentence.text for sentence in unsupported_claims.unsupported(material)}
    found = manuscript.supports(material.article, material.evidence, unsupported=loose)
    Claim.objects.filter(run=run).delete()
    Claim.objects.bulk_create(
        Claim(
            run=run,
            position=position,
            sentence=support.sentence,
            quote=support.quote,
            snapshot=snapshots.get(support.label),
        )
        for position, support in enumerate(found, 1)
    )


def _tags(names: list[str]) -> list[Tag]:
    """Tags by name, whatever their case; a new one gets a slug of its own."""
    return [tag for name in names if (tag := _tag(name))]


def _tag(name: str) -> Tag | None:
    slug = slugify(name)
    existing = (
        Tag.objects.filter(name__iexact=name).first() or Tag.objects.filter(slug=slug).first()
    )
    if existing or not slug:
        return existing
    try:
        with transaction.atomic():
            return Tag.objects.create(name=name, slug=slug)
    except IntegrityError:  # another run made it in this very moment
        return Tag.objects.get(slug=slug)
