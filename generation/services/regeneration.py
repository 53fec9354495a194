"""One section of a finished article written again, and what rests on it."""

import structlog
from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet

from blog.models import Post
from generation import contributors, leases
from generation.models import Run, Step
from generation.services.runs import go_on
from generation.sources import text

log = structlog.get_logger(__name__)


class SectionNotRewritable(Exception):
    """The section can't be written again as things are; says why."""


def rewrite_section(run: Run, index: int, *, by: AbstractBaseUser | None, wish: str = "") -> Run:
    """Have section `index` (from 0) written again, `wish` saying what should be different.

    What comes after it is done again as well: editing, title and summary, checks; the draft gets a
    new revision and waits for review. The other sections are kept, and so is the cover.
    Raises SectionNotRewritable.
    """
    try:
        with transaction.atomic():
            run = Run.objects.select_for_update().get(pk=run.pk)
            _check(run)
            section = run.steps.filter(name="sections", index=index).first()
            if section is None:
                raise SectionNotRewritable("This article has no such section.")
            later = run.steps.filter(position__gt=section.position).exclude(name="cover")
            _again(run.steps.filter(pk=section.pk), wish=text.one_line(wish, limit=500))
            _again(later)
            if by:
                contributors.remember(run, by=by)
            run.finished_at = None
            run.save(update_fields=["finished_at"])
            go_on(run)
    except IntegrityError:
        raise SectionNotRewritable("Another run of this brief is under way; wait for it.") from None
    log.info("section_rewritten", run_id=str(run.pk), section=index)
    return run


def _check(run: Run) -> None:
    if run.status != Run.Status.SUCCEEDED or run.post is None:
        raise SectionNotRewritable("Only a section of a finished article can be written again.")
    post = run.post
    if post.status not in (Post.Status.DRAFT, Post.Status.IN_REVIEW) or post.is_live:
        raise SectionNotRewritable("The article is approved or withdrawn; edit it by hand.")
    if post.latest_revision_id != run.filed_revision_id:
        raise SectionNotRewritable(
            "Somebody has edited the draft since it was filed. Edit it by hand, so that nothing of"
            " theirs is lost."
        )


def _again(steps: QuerySet[Step], **fields: str) -> None:
    steps.update(**leases.AFRESH, output=None, take=F("take") + 1, **fields)
