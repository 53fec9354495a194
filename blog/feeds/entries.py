"""What a feed says of a post, in whatever format."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.html import format_html

from blog import disclosure, elsewhere, rendering, renditions, seo
from blog.models import Image, Post


@dataclass(frozen=True, kw_only=True)
class Picture:
    """The cover of a post."""

    url: str
    type: str
    width: int
    height: int
    description: str


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A post as feeds tell of it: text without control characters, whole addresses."""

    id: str
    url: str
    title: str
    summary: str
    html: str
    language: str
    published_at: datetime
    changed_at: datetime
    author: str
    author_url: str
    subjects: list[str]
    picture: Picture | None
    note: str
    source_type: str
    is_ai_generated: bool
    is_sample: bool


def entries_of(posts: Iterable[Post]) -> list[Entry]:
    """Return what feeds say of published `posts`, which were read `in_full`."""
    posts = list(posts)
    images = elsewhere.pictures_in(posts)
    return [_entry(post, images) for post in posts]


def stable_id(post: Post) -> str:
    """Return the post's id for ever: a tag URI (RFC 4151) that survives a change of the slug."""
    return f"tag:{host()},{post.created_at:%Y-%m-%d}:post-{post.pk}"


def host() -> str:
    """Return the name of the site's host."""
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def _entry(post: Post, images: list[Image]) -> Entry:
    clean = rendering.storable
    assert post.publish_at  # noqa: S101 (it is published)
    return Entry(
        id=stable_id(post),
        url=seo.absolute(post.get_absolute_url()),
        title=clean(post.title),
        summary=clean(post.summary) or rendering.excerpt(post.body_html),
        html=clean(_whole_text(post, images)),
        language=clean(post.language),
        published_at=post.publish_at,
        changed_at=post.last_changed_at or post.publish_at,
        author=clean(post.author.name),
        author_url=seo.absolute(post.author.get_absolute_url()),
        subjects=[clean(name) for name in _subjects(post)],
        picture=_picture(post.cover) if post.cover else None,
        note=disclosure.note(post),
        source_type=disclosure.digital_source_type(post),
        is_ai_generated=post.is_ai_generated,
        is_sample=post.is_sample,
    )


def _whole_text(post: Post, images: list[Image]) -> str:
    html = elsewhere.html_of(post, images)
    if note := disclosure.note(post):
        html += format_html("<p><em>{}</em></p>", note)
    # A feed reader's page runs its own way.
    is_leftward = post.language.partition("-")[0] in settings.LANGUAGES_BIDI
    return f'<div dir="rtl">{html}</div>' if is_leftward else html


def _subjects(post: Post) -> list[str]:
    category = [post.category.name] if post.category else []
    return category + [tag.name for tag in post.tags.all()]


def _picture(cover: Image) -> Picture:
    shown = renditions.show(cover)
    return Picture(
        url=seo.absolute(shown.src),
        type=shown.type,
        width=shown.width,
        height=shown.height,
        description=rendering.storable(cover.alt_text),
    )
