"""Every change of a post's content is a new revision; an approval never survives a change.

Content comes in as a `Draft`, a typed value, whoever wrote it: an editor, the writers' room, an
import.
"""

from dataclasses import dataclass, field, replace

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify

from blog import rendering
from blog.models import Author, Category, Content, Image, Post, Revision, Tag

_COPIED = [f.attname for f in Content._meta.fields]
# What people and models type; the rest is ours.
_CHECKED = {"title", "slug", "summary", "language"}
_SLUG_ATTEMPTS = 5


class EditConflict(Exception):
    """Somebody saved a newer revision meanwhile; `latest` is theirs."""

    def __init__(self, latest: Revision) -> None:
        super().__init__(
            f"{latest.created_by or 'Somebody'} saved revision {latest.number} while you were"
            " editing. Your text was not saved; compare it with theirs and save again."
        )
        self.latest = latest


class AddressTaken(ValueError):
    """Another post lives at this slug."""

    def __init__(self, slug: str) -> None:
        super().__init__(f"Another post has the address “{slug}” already. Choose a different one.")


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
    """Create a post in DRAFT with its first revision; a taken slug gets a number appended.

    Raises ValidationError when a field is blank or too long, TextTooLong.
    """
    wanted = draft.slug or draft.title
    for _attempt in range(_SLUG_ATTEMPTS):
        slug = free_slug(wanted)
        try:
            with transaction.atomic():
                title = rendering.storable(draft.title)[:160]
                post = Post.objects.create(title=title, slug=slug, author=draft.author)
                save_revision(post, replace(draft, slug=slug), by=by, note=note)
        except IntegrityError as refused:
            # Only a post that took the slug since we looked is worth another look.
            if not _is_about_slug(refused):
                raise
        else:
            return post
    raise AddressTaken(slug)


def save_revision(
    post: Post,
    draft: Draft,
    *,
    by: AbstractBaseUser | None,
    note: str = "",
    based_on: Revision | None = None,
) -> Revision:
    """Save `draft` as the post's newest revision and return it; without a slug it keeps the last.

    Readers of a live post keep what was approved. A post that was approved but is not live yet
    goes back to DRAFT: what nobody approved must not appear when its time comes.
    Raises EditConflict when `based_on` is given and is not the latest revision any more,
    AddressTaken, ValidationError when a field is blank, too long or no slug, TextTooLong.
    """
    with transaction.atomic():
        locked = Post.objects.select_for_update().get(pk=post.pk)
        latest = locked.latest_revision
        if based_on is not None and latest is not None and latest.pk != based_on.pk:
            raise EditConflict(latest)
        revision = _build(locked, draft, by=by, note=note, previous=latest)
        if Post.objects.filter(slug=revision.slug).exclude(pk=post.pk).exists():
            raise AddressTaken(revision.slug)
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
    """Return the content of the post's latest revision, to be changed and saved again."""
    latest = post.latest_revision
    if latest is None:
        raise ValueError(f"Post {post.pk} has no revision yet.")
    return Draft(
        title=latest.title,
        slug=latest.slug,
        summary=latest.summary,
        body=latest.body,
        language=latest.language,
        author=latest.author,
        category=latest.category,
        cover=latest.cover,
        tags=list(Tag.objects.filter(pk__in=latest.tag_ids)),
        is_ai_generated=latest.is_ai_generated,
        is_sample=latest.is_sample,
    )


def show(post: Post, revision: Revision) -> None:
    """Copy the revision's content into the post's own columns and save the post."""
    overlay(post, revision)
    post.updated_at = timezone.now()
    post.save()
    post.tags.set(Tag.objects.filter(pk__in=revision.tag_ids))


def overlay(post: Post, revision: Revision) -> Post:
    """Return `post` with the revision's content in memory, saving nothing."""
    for name in _COPIED:
        setattr(post, name, getattr(revision, name))
    return post


def free_slug(text: str) -> str:
    """Return a slug made of `text` that no post has yet."""
    base = slugify(text.replace("_", "-"))[:150].strip("-") or "post"
    taken = set(Post.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    slug, number = base, 2
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    return slug


def _build(
    post: Post, draft: Draft, *, by: AbstractBaseUser | None, note: str, previous: Revision | None
) -> Revision:
    clean = rendering.storable
    body = clean(draft.body)
    revision = Revision(
        post=post,
        number=previous.number + 1 if previous else 1,
        title=clean(draft.title).strip(),
        slug=draft.slug or (previous.slug if previous else post.slug),
        summary=clean(draft.summary).strip(),
        body=body,
        body_html=rendering.render_markdown(body),
        language=draft.language,
        author=draft.author,
        category=draft.category,
        cover=draft.cover,
        tag_ids=sorted({tag.pk for tag in draft.tags}),
        is_ai_generated=draft.is_ai_generated,
        is_sample=draft.is_sample,
        created_by_id=by.pk if by else None,
        contributor_ids=_contributors(post, previous, by),
        note=clean(note)[:200],
    )
    revision.digest = revision.compute_digest()
    revision.clean_fields(exclude={f.name for f in Revision._meta.fields} - _CHECKED)
    return revision


def _contributors(post: Post, previous: Revision | None, by: AbstractBaseUser | None) -> list[int]:
    """Everybody who had a hand in the content since the last approval."""
    earlier = (
        set(previous.contributor_ids)
        if previous and previous.pk != post.approved_revision_id
        else set()
    )
    return sorted(earlier | ({by.pk} if by else set()))


def _is_about_slug(error: IntegrityError) -> bool:
    diagnosis = getattr(error.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", "") == "post_slug_is_unique"
