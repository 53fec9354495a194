"""Every change of a post's content is a new revision; an approval never survives a change.

Content comes in as a `Draft`, a typed value, whoever wrote it: an editor, the writers' room, an
import.
"""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from datetime import datetime

import structlog
from django.contrib.auth.models import AbstractBaseUser
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify

from blog import addresses, autosaves, rendering
from blog.autosaves import AutosaveNotAllowed as AutosaveNotAllowed
from blog.models import Author, Category, Content, Image, Post, Revision, Tag
from blog.search import spelling

log = structlog.get_logger(__name__)

_COPIED = [f.attname for f in Content._meta.fields]
# What people and models type; the rest is ours.
_CHECKED = {
    *("title", "slug", "summary", "language"),
    *("seo_title", "seo_description", "canonical_url"),
}
_SLUG_ATTEMPTS = 5


class EditConflict(Exception):
    """Somebody saved a newer revision meanwhile; `latest` is theirs."""

    def __init__(self, latest: Revision) -> None:
        super().__init__(
            f"{latest.created_by or 'Somebody'} saved revision {latest.number} while you were"
            " editing. Your text was not saved; compare it with theirs and save again."
        )
        self.latest = latest


class PostArchived(Exception):
    """A withdrawn post is not edited: it has to come back first."""

    def __init__(self) -> None:
        super().__init__("This post was withdrawn. Bring it back at the review desk, then edit it.")


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
    seo_title: str = ""
    seo_description: str = ""
    canonical_url: str = ""


def create_post(
    draft: Draft,
    *,
    by: AbstractBaseUser | None,
    note: str = "",
    contributor_ids: Iterable[int] = (),
    kind: Post.Kind = Post.Kind.POST,
    translation_of: Post | None = None,
) -> Post:
    """Create a post (or page) in DRAFT with its first revision; a taken slug gets a number.

    `contributor_ids` are the users who had a hand in the content beside `by`.
    Raises ValidationError when a field is blank or too long, TextTooLong.
    """
    wanted = draft.slug or draft.title
    for _attempt in range(_SLUG_ATTEMPTS):
        slug = free_slug(wanted, kind=kind)
        try:
            with transaction.atomic():
                title = rendering.storable(draft.title)[:160]
                post = Post.objects.create(
                    title=title,
                    slug=slug,
                    author=draft.author,
                    language=draft.language,
                    kind=kind,
                    translation_of=translation_of,
                )
                content = replace(draft, slug=slug)
                save_revision(post, content, by=by, note=note, contributor_ids=contributor_ids)
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
    contributor_ids: Iterable[int] = (),
    revives: bool = False,
    is_autosave: bool = False,
) -> Revision:
    """Save `draft` as the post's newest revision and return it; without a slug it keeps the last.

    What is already the latest revision, word for word, changes nothing and voids nothing.
    Of consecutive autosaves by one person the last one stays, and not even that one beside an
    explicit save of the same words; numbers count on, so that a number never means two texts.
    Readers of a live post keep what was approved. A post that was approved but is not live yet
    goes back to DRAFT: what nobody approved must not appear when its time comes.
    Only with `revives` an archived post is saved, and even unchanged as a new revision.
    Raises EditConflict when `based_on` is given and is not the latest revision any more,
    PostArchived, AutosaveNotAllowed, AddressTaken, ValidationError when a field is blank, too long
    or no slug, TextTooLong.
    """
    with transaction.atomic():
        locked = Post.objects.select_for_update().get(pk=post.pk)
        latest = locked.latest_revision
        if based_on is not None and latest is not None and latest.pk != based_on.pk:
            raise EditConflict(latest)
        if locked.status == Post.Status.ARCHIVED and not revives:
            raise PostArchived
        if is_autosave:
            autosaves.check(locked)
        revision = _build(locked, draft, by=by, note=note, previous=latest, more=contributor_ids)
        revision.is_autosave = is_autosave
        is_same = latest is not None and _is_same(revision, latest)
        # Autosaves give way to the next one, and to an explicit save of the very same words.
        overtakes = (
            latest is not None and is_autosave != is_same and autosaves.gives_way(latest, by=by)
        )
        if latest is not None and is_same and not revives and not overtakes:
            return latest
        if addresses.taken([revision.slug], by_others_than=post):
            raise AddressTaken(revision.slug)
        revision.save(force_insert=True)
        _put_on_top(locked, revision)
        if latest is not None and overtakes:
            latest.delete()
    post.refresh_from_db()
    return revision


def restore_revision(
    post: Post,
    number: int,
    *,
    by: AbstractBaseUser | None,
    note: str = "",
    based_on: Revision | None = None,
) -> Revision:
    """Save the content of revision `number` as the newest one; it is an edit like any other.

    Raises Revision.DoesNotExist, and whatever `save_revision` raises.
    """
    old = post.revisions.get(number=number)
    words = f"Restored revision {number}" + (f": {note}" if note.strip() else "")
    return save_revision(post, content_of(old), by=by, note=words, based_on=based_on)


def draft_of(post: Post) -> Draft:
    """Return the content of the post's latest revision, to be changed and saved again."""
    latest = post.latest_revision
    if latest is None:
        raise ValueError(f"Post {post.pk} has no revision yet.")
    return content_of(latest)


def content_of(revision: Revision) -> Draft:
    """Return the content of a revision, to be changed or brought back."""
    copied = (f.name for f in fields(Draft) if f.name != "tags")
    tags = list(Tag.objects.filter(pk__in=revision.tag_ids))
    return Draft(**{name: getattr(revision, name) for name in copied}, tags=tags)


def show(post: Post, revision: Revision) -> None:
    """Copy the revision's content into the post's own columns and save the post."""
    before = post.get_absolute_url() if post.is_live or post.withdrawn_at else ""
    overlay(post, revision)
    _save_shown(post, revision, before=before)


def show_due_updates(now: datetime | None = None) -> int:
    """Show the approved newer texts whose time has come, and return how many those were.

    Whoever comes first does it, a reader's request or a worker: nobody depends on a job. One that
    can't be shown is logged and tried again the next time; it makes no other one wait.
    """
    now = now or timezone.now()
    due = Post.objects.with_due_update(now).order_by("update_at").values_list("pk", flat=True)
    return sum(_show_due_update(pk, now) for pk in list(due[:100]))


def _show_due_update(post_id: int, now: datetime) -> bool:
    try:
        with transaction.atomic():
            due = Post.objects.with_due_update(now).filter(pk=post_id)
            post = due.select_for_update(skip_locked=True).first()
            if post is None or post.update_revision is None:
                return False
            show_instead(post, post.update_revision, since=post.update_at or now)
    except DatabaseError:
        log.exception("update_not_shown", post_id=post_id)
        return False
    return True


def show_instead(post: Post, revision: Revision, *, since: datetime) -> None:
    """Let readers of a live post have `revision` instead of the one they had, `since` then."""
    before = post.get_absolute_url()
    post.approved_revision, post.changed_at = revision, since
    post.update_revision = post.update_at = None
    overlay(post, revision)
    _save_shown(post, revision, before=before)


def overlay(post: Post, revision: Revision) -> Post:
    """Return `post` with the revision's content in memory, saving nothing."""
    for name in _COPIED:
        setattr(post, name, getattr(revision, name))
    return post


def free_slug(text: str, *, kind: Post.Kind = Post.Kind.POST) -> str:
    """Return a slug made of `text` that no post has yet, and whose address is not our own."""
    base = slugify(text.replace("_", "-"))[:150].strip("-") or str(kind)
    forbidden = addresses.RESERVED if kind == Post.Kind.PAGE else set()
    numbered = (f"{base}-{number}" for number in itertools.count(2))
    candidates = itertools.chain([base], numbered)
    while True:
        some = list(itertools.islice(candidates, 50))
        taken = addresses.taken(some) | forbidden
        if free := next((slug for slug in some if slug not in taken), None):
            return free


def _put_on_top(post: Post, revision: Revision) -> None:
    """Make it the latest revision, a draft; readers of a live post keep what was approved."""
    post.latest_revision = revision
    post.status = Post.Status.DRAFT
    if not post.is_live:
        post.approved_revision = None
        show(post, revision)
    else:
        post.updated_at = timezone.now()
        # An approved update that waits for its time is taken back like a first publication.
        post.update_revision = post.update_at = None
        changed = ["latest_revision", "status", "updated_at", "update_revision", "update_at"]
        post.save(update_fields=changed)


def _save_shown(post: Post, revision: Revision, *, before: str) -> None:
    # What readers knew under another address leads to the new one.
    if before and before != post.get_absolute_url():
        addresses.leave_redirect(before, post)
    post.updated_at = timezone.now()
    post.save()
    post.tags.set(Tag.objects.filter(pk__in=revision.tag_ids))
    if post.approved_revision_id == revision.pk:
        spelling.learn(post)


def _is_same(revision: Revision, latest: Revision) -> bool:
    # The same words may look otherwise since the renderer was changed.
    return (revision.digest, revision.body_html) == (latest.digest, latest.body_html)


def _build(
    post: Post,
    draft: Draft,
    *,
    by: AbstractBaseUser | None,
    note: str,
    previous: Revision | None,
    more: Iterable[int],
) -> Revision:
    clean = rendering.storable
    body = clean(draft.body)
    body_html = rendering.render_markdown(body)
    revision = Revision(
        post=post,
        number=previous.number + 1 if previous else 1,
        title=clean(draft.title).strip(),
        slug=draft.slug or (previous.slug if previous else post.slug),
        summary=clean(draft.summary).strip(),
        seo_title=clean(draft.seo_title).strip(),
        seo_description=clean(draft.seo_description).strip(),
        canonical_url=draft.canonical_url,
        body=body,
        body_html=body_html,
        language=draft.language,
        author=draft.author,
        category=draft.category,
        cover=draft.cover,
        tag_ids=sorted({tag.pk for tag in draft.tags}),
        image_ids=sorted(Image.objects.shown_in(body_html).values_list("pk", flat=True)),
        is_ai_generated=draft.is_ai_generated,
        is_sample=draft.is_sample,
        created_by_id=by.pk if by else None,
        contributor_ids=sorted(_contributors(post, previous, by).union(more)),
        note=clean(note)[:200],
    )
    revision.digest = revision.compute_digest()
    revision.clean_fields(exclude={f.name for f in Revision._meta.fields} - _CHECKED)
    return revision


def _contributors(post: Post, previous: Revision | None, by: AbstractBaseUser | None) -> set[int]:
    """Everybody who had a hand in the content since the last approval."""
    earlier = (
        set(previous.contributor_ids)
        if previous and previous.pk != post.approved_revision_id
        else set()
    )
    return earlier | ({by.pk} if by else set())


def _is_about_slug(error: IntegrityError) -> bool:
    diagnosis = getattr(error.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", "") == "post_slug_is_unique"
