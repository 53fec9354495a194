"""Every change of a post's content is a new revision; an approval never survives a change.

Content comes in as a `Draft`, whoever wrote it: an editor, the writers' room, an import. What
readers see of it is another matter (`blog.showing`).
"""

import itertools
import secrets
from collections.abc import Iterable
from dataclasses import replace

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify

from blog import addresses, autosaves, drafts, rendering, showing
from blog.autosaves import AutosaveNotAllowed as AutosaveNotAllowed
from blog.drafts import Draft as Draft
from blog.drafts import content_of as content_of
from blog.drafts import draft_of as draft_of
from blog.models import Post, Revision

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
    for attempt in range(_SLUG_ATTEMPTS):
        # Many who want the same at once would go on meeting at the next number.
        if attempt > 2:
            wanted = f"{(draft.slug or draft.title)[:140]}-{secrets.randbelow(10_000)}"
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
        revision = drafts.revision_of(
            locked, draft, by=by, note=note, previous=latest, more=contributor_ids
        )
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
        showing.show(post, revision)
    else:
        post.updated_at = timezone.now()
        # An approved update that waits for its time is taken back like a first publication.
        post.update_revision = post.update_at = None
        changed = ["latest_revision", "status", "updated_at", "update_revision", "update_at"]
        post.save(update_fields=changed)


def _is_same(revision: Revision, latest: Revision) -> bool:
    # The same words may look otherwise since the renderer was changed.
    return (revision.digest, revision.body_html) == (latest.digest, latest.body_html)


def _is_about_slug(error: IntegrityError) -> bool:
    diagnosis = getattr(error.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", "") == "post_slug_is_unique"
