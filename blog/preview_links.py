"""Links by which somebody without an account reads a post before it is public, for some days.

The address carries the signed id of a row; the row says until when, and whether it was taken back.
Whatever is wrong with a link, its visitor learns one thing: that it opens nothing.
"""

from datetime import datetime, timedelta

import structlog
from django.contrib.auth.models import AbstractBaseUser
from django.core import signing
from django.urls import reverse
from django.utils import timezone

from blog import seo
from blog.models import Post, PreviewLink

log = structlog.get_logger(__name__)

_SALT = "blog.preview_links"
# What the desk offers, in days.
LIFETIMES = [1, 7, 30]


class NothingToShare(Exception):
    """A withdrawn post is not shown to anybody."""

    def __init__(self) -> None:
        super().__init__("This post was withdrawn. Bring it back at the desk, then share it.")


class LinkClosed(Exception):
    """The link is expired, taken back, not ours, or its post is gone; nobody is told which."""


def share(
    post: Post, *, by: AbstractBaseUser, days: int, note: str = "", now: datetime | None = None
) -> PreviewLink:
    """Make a link that shows the post's latest revision for `days` days; `note`: for whom.

    Raises NothingToShare, ValidationError when the note is too long.
    """
    if post.status == Post.Status.ARCHIVED:
        raise NothingToShare
    now = now or timezone.now()
    link = PreviewLink(
        post_id=post.pk,
        note=note.strip(),
        created_by_id=by.pk,
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    link.clean_fields(exclude=["created_by", "post"])
    link.save()
    log.info("preview_shared", link_id=link.pk, post_id=post.pk, user_id=by.pk)
    return link


def revoke(link: PreviewLink, *, by: AbstractBaseUser, now: datetime | None = None) -> None:
    """Take the link back: from now on it opens nothing. A second time changes nothing."""
    rows = PreviewLink.objects.filter(pk=link.pk, revoked_at__isnull=True)
    if rows.update(revoked_at=now or timezone.now()):
        log.info("preview_revoked", link_id=link.pk, post_id=link.post_id, user_id=by.pk)
    link.refresh_from_db()


def address_of(link: PreviewLink) -> str:
    """Return the link's address, to be copied and sent."""
    return seo.absolute(reverse("files:preview-link", args=[_signer().sign_object(link.pk)]))


def opened(token: str, now: datetime | None = None) -> PreviewLink:
    """Return the link of an address, with its post. Raises LinkClosed."""
    try:
        pk = _signer().unsign_object(token)
    except signing.BadSignature:
        raise LinkClosed from None
    rows = PreviewLink.objects.filter(pk=pk, post__latest_revision__isnull=False)
    shown = rows.exclude(post__status=Post.Status.ARCHIVED)
    link = shown.select_related("post__latest_revision__author").first()
    if link is None or not link.is_open(now):
        raise LinkClosed
    return link


def _signer() -> signing.Signer:
    # Without a time in the signature: a link has one address, and its row knows the time.
    return signing.Signer(salt=_SALT)
