"""How a brief comes to be: with its sources, all of it or nothing."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import transaction

from blog.models import Post
from generation import reworking
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
    kind: str = Brief.Kind.ARTICLE,
    post: Post | None = None,
) -> Brief:
    """Save a brief of `plan` with its `sources`, new ones; return it. Raises ValidationError.

    Of a refresh or a translation of `post`, the title may be empty: it is the post's.
    """
    brief = Brief(
        plan=plan,
        kind=kind,
        post=post,
        title=title.strip() or (post.title if post else ""),
        notes=notes,
        keywords=list(keywords),
        due_on=due_on,
        created_by_id=by.pk if by else None,
    )
    with transaction.atomic():
        brief.full_clean()
        if obstacle := reworking.obstacle(brief):
            raise ValidationError({"post": obstacle})
        brief.save()
        for source in sources:
            source.brief = brief
            source.full_clean()
            source.save()
    return brief
