"""The image that stands for a post where somebody shares it: its cover's crop, else a drawn card.

The card's address holds a digest of all that is on it, so it never changes and is kept for ever; it
is drawn when somebody first asks for it, and kept in the storage.
"""

import hashlib
import json
from dataclasses import dataclass

import structlog
from django.conf import settings
from django.core.files.storage import default_storage
from django.urls import reverse

from blog import pictures, renditions
from blog.models import Post
from blog.sharing import drawing

log = structlog.get_logger(__name__)

DIGEST_CHARACTERS = 12
# Counts up when the cards are drawn otherwise: they all get new addresses.
_DESIGN = 1


@dataclass(frozen=True)
class SharedImage:
    """An image for those who share a page; `url` may begin with the site's root."""

    url: str
    width: int
    height: int
    type: str
    alt: str


@dataclass(frozen=True)
class Card:
    """All that is on the card of a post."""

    title: str
    site: str
    author: str
    category: str
    family: int
    seed: str

    @property
    def digest(self) -> str:
        """What tells this card from every other."""
        said = json.dumps([_DESIGN, *vars(self).values()])
        return hashlib.sha256(said.encode()).hexdigest()[:DIGEST_CHARACTERS]


def image_of(post: Post) -> SharedImage:
    """Return the image that stands for `post`."""
    copy = renditions.share_copy(post.cover) if post.cover else None
    if post.cover and copy:
        url = post.cover.file.storage.url(copy.name)
        alt = renditions.show(post.cover).alt or post.title
        return SharedImage(url, copy.width, copy.height, copy.type, alt)
    width, height = drawing.SIZE
    return SharedImage(card_url(post), width, height, "image/png", post.title)


def card_of(post: Post) -> Card:
    """Return what is on the card of `post`."""
    return Card(
        title=post.title,
        site=settings.SITE_NAME,
        author=post.author.name,
        category=post.category.name if post.category else "",
        family=post.category_id or 0,
        seed=post.slug,
    )


def card_url(post: Post) -> str:
    """Return the path of the post's card as it is now."""
    return reverse("files:share", args=[post.pk, card_of(post).digest])


def card_file(post: Post) -> bytes:
    """Return the post's card as PNG, drawn if nobody asked for it before."""
    card = card_of(post)
    name = f"share/{post.pk}/{card.digest}.png"
    try:
        if default_storage.exists(name):
            with default_storage.open(name) as kept:
                return bytes(kept.read())
    except Exception:
        # Whatever the store raises: a card is drawn in less time than it takes to say sorry.
        log.warning("card_not_read", name=name, exc_info=True)
    drawn = drawing.draw(**vars(card))
    _keep(name, drawn)
    return drawn


def _keep(name: str, drawn: bytes) -> None:
    """Keep the card in place of those that the post had before."""
    folder, _, own = name.rpartition("/")
    try:
        file = pictures.Picture(drawn, name=name, kind="PNG", size=drawing.SIZE)
        default_storage.save(name, file)
        for other in default_storage.listdir(folder)[1]:
            if other != own:
                default_storage.delete(f"{folder}/{other}")
    except Exception:
        log.warning("card_not_kept", name=name, exc_info=True)
