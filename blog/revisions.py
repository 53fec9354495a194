"""Every change of a post's content is a new revision; an approval never survives a change.

Content comes in as a `Draft`, a typed value, whoever wrote it: an editor, the writers' room, an
import.
"""

from dataclasses import dataclass, field

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from blog import rendering
from blog.models import Author, Category, Content, Image, Post, Revision, Tag

_COPIED = [f.attname for f in Content._meta.fields]


class EditConflict(Exception):
    """Somebody saved a newer revision meanwhile; `latest` is theirs."""

    def __init__(self, latest: Revision) -> None:
        super().__init__(
            f"{latest.created_by or 'Somebody'} saved revision {latest.number} while you were"
            " editing. Your text was not saved; compare it with theirs and save again."
        )
        self.latest = latest


@dataclass(frozen=True, kw_only=True)
class Draft:
    """The content of a revision to be saved; Markdown in `body`."""

    title: str
    author: Author
    body: str = ""
    summary: str = ""
    slug: str = ""
    language: str = "en"
    category: Category | None = None
    cover: Image | None = None
    tags: list[Tag] = field(default_factory=list)
    is_ai_generated: bool = False
    is_sample: bool = False


def create_post(draft: Draft, *, by: AbstractBaseUser | None, note: str = "") -> Post:
    """Create a post in DRAFT with its first revision; a taken slug gets a number appended."""
    slug = free_slug(draft.slug or draft.title)
    with transaction.atomic():
        post = Post.objects.create(title=draft.title, slug=slug, author=draft.author)
        save_revision(post, draft, by=by, note=note)
    return post


def save_revision(
    post: Post,
    draft: Draft,
    *,
    by: AbstractBaseUser | None,
    note: str = "",
    based_on: Revision | None = None,
) -> Revision:
    """Save `draft` as the post's newest revision and return it.

    Readers of a live post keep what was approved. A post that was approved but is not live yet
    goes back to DRAFT: what nobody approved must not appear when its time comes.
    Raises EditConflict when `based_on` is given and is not the latest revision any more.
    """
    with transaction.atomic():
        locked = Post.objects.select_for_update().get(pk=post.pk)
        latest = locked.latest_revision
        if based_on is not None and latest is not None and latest.pk != based_on.pk:
            raise EditConflict(latest)
        revision = _build(locked, draft, by=by, note=note, previous=latest)
        revision.save(force_insert=True)
        locked.latest_revision = revision
        locked.status = Post.Status.DRAFT
        if not locked.is_live:
            locked.approved_revision = None
            show(locked, revision)
        else:
            locked.updated_at = timezone.now()
            locked.save(update_fields=["latest_revision", "status", "updated_at"])
    post.refresh_from_db()
    return revision


def draft_of(post: Post) -> Draft:
    """Return the content of the post's latest revision, to be changed and saved as the next one."""
    revision = post.latest_revision
    if revision is None:
        return Draft(title=post.title, author=post.author, slug=post.slug)
    return Draft(
        title=revision.title,
        author=revision.author,
        body=revision.body,
        summary=revision.summary,
        slug=revision.slug,
        language=revision.language,
        category=revision.category,
        cover=revision.cover,
        tags=list(Tag.objects.filter(pk__in=revision.tag_ids)),
        is_ai_generated=revision.is_ai_generated,
        is_sample=revision.is_sample,
    )


def show(post: Post, revision: Revision) -> None:
    """Copy the revision's content into the post's own columns and save the post."""
    for name in _COPIED:
        setattr(post, name, getattr(revision, name))
    post.updated_at = timezone.now()
    post.save()
    post.tags.set(Tag.objects.filter(pk__in=revision.tag_ids))


def free_slug(text: str) -> str:
    """Return a slug made of `text` that no post has yet."""
    base = slugify(text)[:150].strip("-") or "post"
    taken = set(Post.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    slug, number = base, 2
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    return slug


def _build(
    post: Post, draft: Draft, *, by: AbstractBaseUser | None, note: str, previous: Revision | None
) -> Revision:
    revision = Revision(
        post=post,
        number=previous.number + 1 if previous else 1,
        title=draft.title,
        slug=draft.slug or post.slug,
        summary=draft.summary,
        body=draft.body,
        body_html=rendering.render_markdown(draft.body),
        language=draft.language,
        author=draft.author,
        category=draft.category,
        cover=draft.cover,
        tag_ids=sorted(tag.pk for tag in draft.tags),
        is_ai_generated=draft.is_ai_generated,
        is_sample=draft.is_sample,
        created_by_id=by.pk if by else None,
        contributor_ids=_contributors(post, previous, by),
        note=note,
    )
    revision.digest = revision.compute_digest()
    return revision


def _contributors(
    post: Post, previous: Revision | None, by: AbstractBaseUser | None
) -> list[int]:
    """Everybody who had a hand in the content since the last approval."""
    earlier = (
        set(previous.contributor_ids)
        if previous and previous.pk != post.approved_revision_id
        else set()
    )
    return sorted(earlier | ({by.pk} if by else set()))
