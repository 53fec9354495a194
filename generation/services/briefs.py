"""How a brief comes to be: with its sources, all of it or nothing."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from generation.models import Brief, ContentPlan, Source


def create_brief(
    *,
    plan: ContentPlan,
    title: str,
    by: AbstractBaseUser | None,
    notes: str = "",
    keywords: Sequence[str] = (),
    due_on: date | None = None,
    sources: Iterable[Source] = (),
) -> Brief:
    """Save a brief of `plan` with its `sources`, new ones; return it. Raises ValidationError."""
    brief = Brief(
        plan=plan,
        title=title.strip(),
        notes=notes,
        keywords=list(keywords),
        due_on=due_on,
        created_by_id=by.pk if by else None,
    )
    with transaction.atomic():
        brief.full_clean()
        brief.save()
        for source in sources:
            source.brief = brief
            source.full_clean()
            source.save()
    return brief
