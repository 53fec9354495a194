"""Makes the people and things that tests need; posts go through the real workflow."""

import io
import itertools
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import Group, User
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image as Picture

from blog import revisions
from blog.models import Author, Category, Image, Post
from generation.models import Brief, ContentPlan, Run, StyleGuide
from publishing import workflow

_numbers = itertools.count(1)


def make_user(*groups: str, **fields: Any) -> User:
    """Make a member of the staff in the named groups (Writers, Editors, Publishers, Operators)."""
    name = fields.pop("username", None) or f"{'-'.join(groups).lower() or 'user'}-{next(_numbers)}"
    user = User.objects.create_user(name, password="secret", is_staff=True, **fields)
    user.groups.set([Group.objects.get(name=group) for group in groups])
    return user


def make_author(**fields: Any) -> Author:
    number = next(_numbers)
    return Author.objects.create(
        **{"name": f"Author {number}", "slug": f"author-{number}"} | fields
    )


def make_category(**fields: Any) -> Category:
    number = next(_numbers)
    return Category.objects.create(
        **{"name": f"Category {number}", "slug": f"category-{number}"} | fields
    )


def make_photo(
    size: tuple[int, int] = (1300, 700), kind: str = "JPEG", colour: str = "navy", **options: Any
) -> Any:
    """Make an upload: a picture of two colours. `options` go to Pillow."""
    picture = Picture.new("RGB", size, colour)
    picture.paste("gold", (0, 0, size[0] // 3, size[1] // 2))
    content = io.BytesIO()
    picture.save(content, kind, **options)
    return ContentFile(content.getvalue(), name=f"holiday.{kind.lower()}")


def make_image(**fields: Any) -> Image:
    """Make a small PNG; decorative unless `alt_text` is given."""
    picture = io.BytesIO()
    Picture.new("RGB", (16, 9), "navy").save(picture, "PNG")
    file = ContentFile(picture.getvalue(), name=f"picture-{next(_numbers)}.png")
    return Image.objects.create(
        **{"file": file, "is_decorative": "alt_text" not in fields} | fields
    )


def make_draft(**fields: Any) -> revisions.Draft:
    """Make the content of a revision; `author` is made where none is given."""
    defaults = {
        "title": f"Post {next(_numbers)}",
        "body": "A first paragraph.\n\nAnd **another** one.",
        "summary": "What the post says, in one sentence.",
    }
    author = fields.pop("author", None) or make_author()
    return revisions.Draft(author=author, **defaults | fields)


def make_post(
    *,
    by: User | None = None,
    in_review: bool = False,
    approved: bool = False,
    live: bool = False,
    publish_at: datetime | None = None,
    **content: Any,
) -> Post:
    """Make a post: a draft of `by`, or further on its way.

    `in_review` submits it; `approved` has it appear at `publish_at` (tomorrow unless given);
    `live` has it appear at `publish_at` (an hour ago unless given).
    """
    post = revisions.create_post(make_draft(**content), by=by)
    if in_review or approved or live:
        workflow.submit(post, by=None)
    if approved or live:
        hours = timedelta(hours=-1 if live else 24)
        at = publish_at or timezone.now() + hours
        # A time that has passed is a publication of that time.
        now = min(at, timezone.now())
        workflow.approve(post, by=make_user("Publishers"), publish_at=at, now=now)
    return post


def make_plan(**fields: Any) -> ContentPlan:
    number = next(_numbers)
    defaults = {
        "name": f"Plan {number}",
        "slug": f"plan-{number}",
        "description": "Repairing things at home, for people with few tools.",
    }
    if "style_guide" not in fields:
        fields["style_guide"] = StyleGuide.objects.create(name=f"House style {number}")
    if "author" not in fields:
        fields["author"] = make_author()
    return ContentPlan.objects.create(**defaults | fields)


def make_brief(**fields: Any) -> Brief:
    """Make a brief; `plan` is made where none is given. It has no sources yet."""
    if "plan" not in fields:
        fields["plan"] = make_plan()
    return Brief.objects.create(**{"title": f"Brief {next(_numbers)}"} | fields)


def make_run(**fields: Any) -> Run:
    """Make a run's row, without steps; `brief` is made where none is given."""
    if "brief" not in fields:
        fields["brief"] = make_brief()
    return Run.objects.create(**{"model": "sample"} | fields)
