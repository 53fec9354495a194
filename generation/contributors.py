"""Who had a hand in what a run writes: none of them may approve it later.

Whoever asks for a run, writes its brief or the material it draws on says what the article will
say, as surely as whoever edits the article.
"""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import F, Func, Manager

from generation.models import Brief, ContentPlan, Run, Source

# Of a plan's standing material only what people write themselves puts words into an article;
# whoever names a feed or a page does not write what stands there.
_OWN_WORDS = (Source.Kind.NOTE, Source.Kind.FILE)


def remember(owner: Brief | ContentPlan | Run, *, by: AbstractBaseUser) -> None:
    """Count `by` among those with a hand in what is written from `owner`, from now on."""
    # In the database, so that of two people at once neither is forgotten.
    added = Func(F("contributor_ids"), by.pk, function="array_append")
    manager: Manager[Any] = type(owner)._default_manager
    rows = manager.filter(pk=owner.pk)
    rows.exclude(contributor_ids__contains=[by.pk]).update(contributor_ids=added)


def remember_source(source: Source, *, by: AbstractBaseUser) -> None:
    """Count `by` as a hand in what is written from `source`."""
    if source.brief:
        remember(source.brief, by=by)
    elif source.plan and source.kind in _OWN_WORDS:
        remember(source.plan, by=by)


def of_run(run: Run) -> set[int]:
    """Return the ids of all people who had a hand in what `run` writes, as of now."""
    brief = Brief.objects.select_related("plan").get(pk=run.brief_id)
    named = (run.requested_by_id, brief.created_by_id)
    return {
        *(pk for pk in named if pk is not None),
        *run.contributor_ids,
        *brief.contributor_ids,
        *brief.plan.contributor_ids,
    }
