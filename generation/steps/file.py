"""Put the article on the desk: post, claims and the signal are saved together, and only once."""

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from blog import crash_points
from blog.models import Tag
from blog.revisions import Draft, create_post
from generation import contributors, manuscript
from generation.checks import unsupported_claims
from generation.models import Claim, Run
from generation.schemas import EditedArticle, Evidence, Filed, Metadata
from generation.signals import draft_filed
from generation.steps import checks as checking
from generation.steps.base import StepContext, StepFailed

Output = Filed


def run(context: StepContext) -> Filed:
    """File the draft, or find that it was filed already."""
    context.say("Filing the draft")
    evidence = context.output_of("research", Evidence)
    article = context.output_of("edit", EditedArticle)
    crash_points.reach("before_file")
    with context.saving():
        locked = Run.objects.select_for_update().get(pk=context.run.pk)
        if locked.post_id is None:
            _file(context, locked, article, evidence)
            context.run.refresh_from_db(fields=["post"])
        filed = Filed(
            post_id=locked.post_id or 0,
            claims=locked.claims.count(),
            sources=len(manuscript.cited_sources(article, evidence)),
        )
        crash_points.reach("before_file_commit")
    crash_points.reach("after_file")
    return filed


def _file(context: StepContext, run: Run, article: EditedArticle, evidence: Evidence) -> None:
    if not run.is_active:
        raise StepFailed("The run was stopped before its draft was filed.")
    _store_claims(context, run, article, evidence)
    post = create_post(
        _draft(context, article, evidence),
        by=run.requested_by,
        note="Written by a run",
        contributor_ids=contributors.of_run(run),
    )
    run.post = post
    run.save(update_fields=["post"])
    draft_filed.send(sender=Run, run=run, post=post)


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
        tags=_tags(metadata.tags),
        is_ai_generated=True,
        is_sample=context.run.is_sample,
    )


def _store_claims(
    context: StepContext, run: Run, article: EditedArticle, evidence: Evidence
) -> None:
    """One row for each quote behind a sentence, one for each claim without any."""
    snapshots = {snapshot.label: snapshot for snapshot in run.snapshots.all()}
    loose = {
        sentence.text for sentence in unsupported_claims.unsupported(checking.material(context))
    }
    found = manuscript.supports(article, evidence, unsupported=loose)
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
