"""How a brief comes to be: with its sources, all of it or nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from generation.models import Brief, ContentPlan, Source


@dataclass(frozen=True, kw_only=True)
class Material:
    """A source as somebody names it: a page or feed by its `url`, a note by its `text`."""

    kind: str
    title: str = ""
    url: str = ""
    text: str = ""


def create_brief(
    *,
    plan: ContentPlan,
    title: str,
    by: AbstractBaseUser | None,
    notes: str = "",
    keywords: Sequence[str] = (),
    due_on: date | None = None,
    sources: Iterable[Material] = (),
) -> Brief:
    """Create a brief in `plan` with its `sources` and return it."""
    with transaction.atomic():
        brief = Brief.objects.create(
            plan=plan,
            title=title,
            notes=notes,
            keywords=list(keywords),
            due_on=due_on,
            created_by_id=by.pk if by else None,
        )
        for material in sources:
            Source.objects.create(
                brief=brief,
                kind=material.kind,
                title=material.title,
                url=material.url,
                text=material.text,
            )
    return brief
