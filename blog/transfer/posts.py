"""Brings a post or page: as a draft with one revision, idempotently, and live only on demand.

What was brought before is recognised by its name on the old blog. Unchanged there, it stays as it
is; changed there, it gets a new revision here, unless somebody edited it here in the meantime; and
what was deleted here stays deleted.
"""

from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify

from blog import rendering, revisions
from blog.models import Author, Category, Image, ImportedItem, Post, Redirect, Tag
from blog.transfer import addressing, links, media, publisher, terms
from blog.transfer.items import Kind, PostItem, Status
from blog.transfer.move import Move
from blog.transfer.report import Outcome

_TRANSLATIONS = "translation"


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """What is ready before the transaction: the text with its final addresses, and the cover."""

    body: str
    cover: Image | None
    # All its pictures came; otherwise a later import tries again.
    is_complete: bool


def bring(move: Move, item: PostItem) -> None:
    """Bring one post or page, with its pictures, and report it."""
    known = move.known(Kind.POST, item.source_id)
    post = Post.objects.filter(pk=known.object_id).first() if known else None
    if known and (reason := _why_not(move, known, post, item)):
        move.tell(Outcome.SKIPPED, item, reason)
        return
    notes = list(item.notes)
    is_same = known is not None and post is not None and known.digest == item.digest()
    # Pictures come first: they are fetched, and no transaction waits for that.
    prepared = None if is_same else _prepare(move, item, notes)
    with move.step():
        outcome = Outcome.UNCHANGED
        if prepared is not None:
            post, outcome = _save(move, item, post, prepared, notes)
            _remember(move, item, post, is_complete=prepared.is_complete)
        assert post is not None  # noqa: S101 (for the type checker: the same as before, or saved)
        went_live, reason = _put_live(move, item, post)
    if went_live and outcome == Outcome.UNCHANGED:
        outcome = Outcome.CHANGED
    move.tell(outcome, item, reason, tuple(notes))


def link_translations(move: Move) -> None:
    """Join translations with what they translate, now that both are here."""
    for source_id, original in move.notebook.all(_TRANSLATIONS):
        row, of = move.known(Kind.POST, source_id), move.known(Kind.POST, original)
        if not (row and of):
            continue
        try:
            with transaction.atomic():
                posts = Post.objects.filter(pk=row.object_id).exclude(pk=of.object_id)
                posts.update(translation_of=of.object_id)
        except IntegrityError:
            move.report.left_behind["second translations into the same language"] += 1


def _why_not(move: Move, known: ImportedItem, post: Post | None, item: PostItem) -> str:
    """Return why a post that was brought before is left alone, "" where it is not."""
    if post is None:
        again = "It was brought before and deleted here. Ask for it again to have it back."
        return "" if move.options.again else again
    if known.digest == item.digest():
        return ""
    if post.status == Post.Status.ARCHIVED:
        return "It changed there, and was withdrawn here. Bring it back at the desk first."
    if _is_edited_here(post, known):
        return "It changed there, and was edited here since it was brought. Yours was kept."
    return ""


def _is_edited_here(post: Post, known: ImportedItem) -> bool:
    latest = post.latest_revision
    return latest is not None and latest.created_at > known.imported_at


def _prepare(move: Move, item: PostItem, notes: list[str]) -> Prepared:
    shown = {
        address: media.bring(move, address, alt_text=words)
        for address, words in links.images_of(item.body).items()
    }
    cover = media.bring(move, item.cover) if item.cover else None
    missing = sum(image is None for image in shown.values())
    if move.options.apply and missing:
        notes.append(f"Pictures left as links to where they were: {missing}.")
    if move.options.apply and item.cover and cover is None:
        notes.append("It came without its cover picture.")
    return Prepared(
        body=links.rewrite(item.body, addressing.Places(move, shown).of),
        cover=cover,
        is_complete=not missing and (cover is not None or not item.cover),
    )


def _save(
    move: Move, item: PostItem, post: Post | None, prepared: Prepared, notes: list[str]
) -> tuple[Post, Outcome]:
    """Create the post or give it a new revision; return it and what that was."""
    draft = _draft(move, item, prepared, notes)
    by, note = move.options.by, f"Imported from {move.reader.site.source}"
    if post is None:
        post, outcome = (
            revisions.create_post(draft, by=by, note=note, kind=item.post_kind),
            Outcome.CREATED,
        )
    else:
        before = post.latest_revision_id
        revisions.save_revision(post, draft, by=by, note=note)
        is_changed = post.latest_revision_id != before
        outcome = Outcome.CHANGED if is_changed else Outcome.UNCHANGED
    if item.slug and item.slug != post.slug and outcome == Outcome.CREATED:
        notes.append(
            f"Its slug is “{post.slug}”: the one it had is taken, or means something here."
        )
    if item.menu_position is not None:
        Post.objects.filter(pk=post.pk).update(menu_position=item.menu_position)
    if item.translation_of:
        move.notebook.write(_TRANSLATIONS, item.source_id, item.translation_of)
    _leave_redirects(move, item, post, notes)
    return post, outcome


def _draft(move: Move, item: PostItem, prepared: Prepared, notes: list[str]) -> revisions.Draft:
    language = addressing.language_of(move, item)
    if item.language and item.language.split("-")[0] != language.split("-")[0]:
        notes.append(f"Its language, “{item.language}”, is not one of this site's.")
    tags = (terms.here(move, Tag, source_id) for source_id in item.tags)
    return revisions.Draft(
        title=_title(item, notes),
        slug=addressing.slug_of(move, item),
        summary=item.summary,
        body=prepared.body,
        language=language,
        author=_byline(move, item, notes),
        category=terms.here(move, Category, item.category) if item.category else None,
        cover=prepared.cover,
        tags=[tag for tag in tags if tag],
        is_ai_generated=item.is_ai_generated,
        is_sample=item.is_sample,
        seo_title=item.seo_title,
        seo_description=item.seo_description,
        canonical_url=item.canonical_url,
    )


def _title(item: PostItem, notes: list[str]) -> str:
    if item.title.strip():
        return item.title
    notes.append("It had no title; its first words became one.")
    words = rendering.plain_text(rendering.render_markdown(item.body[:2000]))
    return rendering.shorten(words, characters=60) or "Untitled"


def _byline(move: Move, item: PostItem, notes: list[str]) -> Author:
    author = terms.here(move, Author, item.author) if item.author else None
    if author is None and move.options.author:
        author = Author.objects.filter(slug=move.options.author).first()
    if author is None:
        name = (move.reader.site.title or settings.SITE_NAME)[:120]
        slug = slugify(name) or "editors"
        author, _ = Author.objects.get_or_create(slug=slug, defaults={"name": name})
        notes.append(f"It had no byline; it stands under “{author.name}”.")
    return author


def _leave_redirects(move: Move, item: PostItem, post: Post, notes: list[str]) -> None:
    own = post.get_absolute_url()
    for path in item.old_paths:
        if path in ("", "/", own):
            continue
        redirect, is_new = Redirect.objects.get_or_create(path=path, defaults={"post": post})
        move.report.redirects += is_new
        if redirect.post_id != post.pk:
            notes.append(f"The old address {path} leads to something else already.")


def _remember(move: Move, item: PostItem, post: Post, *, is_complete: bool) -> None:
    ImportedItem.objects.update_or_create(
        source=move.reader.site.source,
        kind=Kind.POST,
        source_id=item.source_id,
        defaults={
            "object_id": post.pk,
            "digest": item.digest() if is_complete else "",
            "imported_at": timezone.now(),
        },
    )


def _put_live(move: Move, item: PostItem, post: Post) -> tuple[bool, str]:
    """Put live what was live there, if asked to; return whether, and else why not."""
    if item.status == Status.DRAFT or (post.is_live and not post.has_unpublished_changes):
        return False, ""
    if item.stays_draft:
        return False, f"{item.stays_draft} It came as a draft."
    when = f"{item.publish_at:%-d %B %Y}" if item.publish_at else "an unknown day"
    words = "was to appear on" if item.status == Status.SCHEDULED else "was published on"
    desk, by = publisher.current(), move.options.by
    known = move.known(Kind.POST, item.source_id)
    is_ours_now = known is not None and _is_edited_here(post, known)
    if not move.options.publish or post.status != Post.Status.DRAFT or is_ours_now:
        return False, f"It {words} {when}; here it is a draft."
    if desk is None or by is None:
        return False, "There is no desk that could publish it; here it is a draft."
    try:
        with transaction.atomic():
            at = item.publish_at or timezone.now()
            desk.publish(post, by=by, publish_at=at, changed_at=item.changed_at)
    except publisher.PublishingRefused as refused:
        return False, f"{refused} It came as a draft."
    return True, "" if item.publish_at else "It had no date; it is dated to the import."
