"""Where a link into this site leads: to a page, to one that is not there yet, or to nothing.

The resolver says what an address means, the querysets say what readers find there. However many
addresses are asked about, that takes a handful of queries.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousFileOperation
from django.db.models import QuerySet
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils import timezone, translation

from blog import languages, periods, rendering
from blog.markdown_rules import links
from blog.models import Author, Category, Image, Post, Redirect, Tag
from blog.querysets import TEXTS


@dataclass(frozen=True)
class Obstacle:
    """Why readers can't open an address, as a sentence; some of them go away by themselves."""

    words: str
    is_passing: bool = False


_STAFF = ("admin:", "files:preview")
_NOTHING = Obstacle("There is nothing at this address.")
_NO_FILE = Obstacle("The library has no such file.")
_STAFF_ONLY = Obstacle("Only the staff can open this address.")
_WITHDRAWN = Obstacle("The post at this address was withdrawn.")


@dataclass(frozen=True)
class _Place:
    """What the resolver makes of a path, in the language that it begins with."""

    language: str
    match: ResolverMatch

    @property
    def kind(self) -> str:
        """The first word of a public page's name: "post", "tag", "archive"; "" for the rest."""
        namespace, _, name = self.match.view_name.rpartition(":")
        return name.partition("-")[0] if namespace == "blog" else ""

    @property
    def slug(self) -> str:
        return str(self.match.kwargs.get("slug", ""))


def own_path(url: str) -> str | None:
    """Return what follows this site's host in `url`, from the slash on; None for other places.

    A file in a store with a host of its own keeps its whole address.
    """
    if links.is_foreign(url):
        return None
    parts = urlsplit(url)
    if parts.scheme not in ("", "http", "https"):
        return None
    if parts.netloc and url.startswith(settings.MEDIA_URL):
        return url
    path = parts.path or ("/" if parts.netloc else "")
    return rendering.storable(unquote(path)) if path.startswith("/") else None


def is_page(url: str) -> bool:
    """Whether `url` is a page of this blog that readers can open now."""
    path = own_path(url)
    place = _place_of(path) if path else None
    return place is not None and place.match.namespace == "blog" and not obstacles([path or ""])


def obstacles(paths: Iterable[str], *, now: datetime | None = None) -> dict[str, Obstacle]:
    """Return what keeps readers from each of our own `paths`; those they can open are left out."""
    wanted = dict.fromkeys(paths)
    files = {path for path in wanted if path.startswith((settings.MEDIA_URL, settings.STATIC_URL))}
    places = {path: _place_of(path) for path in wanted if path not in files}
    found = {path: _NOTHING for path, place in places.items() if place is None}
    known = {path: place for path, place in places.items() if place is not None}
    found |= _of_pages(known, now or timezone.now())
    return _missing_files(files) | _without_redirected(found, now or timezone.now())


def _place_of(path: str) -> _Place | None:
    """Return what the resolver says, in the language that the path begins with."""
    language = languages.of_path(path)
    with translation.override(language):
        # Readers who leave the last slash out are led to where it is.
        for candidate in dict.fromkeys([path, f"{path.rstrip('/')}/"]):
            try:
                match = resolve(candidate)
            except Resolver404:
                continue
            # What has no name answers "nothing here" to whatever reaches it.
            return _Place(language, match) if match.url_name else None
    return None


def _of_pages(places: dict[str, _Place], now: datetime) -> dict[str, Obstacle]:
    posts = _posts_at({place.slug for place in places.values() if place.kind in ("post", "page")})
    shelves = {kind: _shelves(kind, places.values()) for kind in _SHELVES}
    found: dict[str, Obstacle | None] = {}
    for path, place in places.items():
        if place.match.view_name.startswith(_STAFF):
            found[path] = _STAFF_ONLY
        elif place.kind in ("post", "page"):
            found[path] = _of_post(posts.get(place.slug), place, now)
        elif place.kind in shelves and place.slug not in shelves[place.kind]:
            found[path] = _NOTHING
        elif place.kind == "archive" and not _has_posts(place, now):
            found[path] = Obstacle("Nothing was published then.")
    return {path: obstacle for path, obstacle in found.items() if obstacle}


def _posts_at(slugs: set[str]) -> dict[str, Post]:
    rows = Post.objects.defer(*TEXTS) if slugs else Post.objects.none()
    return {post.slug: post for post in rows.filter(slug__in=slugs)}


def _of_post(post: Post | None, place: _Place | None, now: datetime) -> Obstacle | None:
    if post is None:
        return _NOTHING
    if post.status == Post.Status.ARCHIVED:
        return _WITHDRAWN
    if post.approved_revision_id is None or post.publish_at is None:
        words = f"“{post.title}” is not published yet: readers find nothing there until it is."
        return Obstacle(words, is_passing=True)
    if post.publish_at > now:
        at = timezone.localtime(post.publish_at)
        words = f"“{post.title}” appears on {at:%-d %B %Y, %H:%M}; until then readers find nothing."
        return Obstacle(words, is_passing=True)
    if place and (place.kind, place.language) != (post.kind, languages.home_of(post.language)):
        return Obstacle(
            f"There is nothing at this address; “{post.title}” is at {post.get_absolute_url()}."
        )
    return None


def _public_authors() -> QuerySet[Author]:
    return Author.objects.filter(Post.objects.published().exist_for("author"))


def _public_tags() -> QuerySet[Tag]:
    return Tag.objects.filter(Post.objects.published().exist_for("tags"))


_SHELVES: dict[str, Callable[[], QuerySet[Any]]] = {
    "author": _public_authors,
    "category": Category.objects.all,
    "tag": _public_tags,
}


def _shelves(kind: str, places: Iterable[_Place]) -> set[str]:
    """Return which of the slugs that are asked about are pages of this kind."""
    slugs = {place.slug for place in places if place.kind == kind}
    if not slugs:
        return set()
    return set(_SHELVES[kind]().filter(slug__in=slugs).values_list("slug", flat=True))


def _has_posts(place: _Place, now: datetime) -> bool:
    """Whether anything was published in the year or month of an archive's page."""
    year, month = place.match.kwargs.get("year"), place.match.kwargs.get("month")
    if year is None:
        return True
    if not periods.is_period(year, month):
        return False
    return Post.objects.for_readers(place.language, now).in_period(year, month).exists()


def _missing_files(addresses: set[str]) -> dict[str, Obstacle]:
    media = {path: path.removeprefix(settings.MEDIA_URL) for path in addresses}
    media = {path: name for path, name in media.items() if name != path}
    images = Image.objects.filter(file__in=media.values()) if media else Image.objects.none()
    kept = set(images.values_list("file", flat=True))
    return {
        path: _NO_FILE
        for path in addresses
        if (media[path] not in kept if path in media else not _is_static(path))
    }


def _is_static(path: str) -> bool:
    try:
        return finders.find(path.removeprefix(settings.STATIC_URL)) is not None
    except SuspiciousFileOperation:
        return False


def _without_redirected(found: dict[str, Obstacle], now: datetime) -> dict[str, Obstacle]:
    """Return `found` without the old addresses that lead to where readers can go."""
    rows = Redirect.objects.filter(path__in=found) if found else Redirect.objects.none()
    for redirect in rows.select_related("post"):
        obstacle = _of_post(redirect.post, None, now) if redirect.post_id else None
        if obstacle is None:
            del found[redirect.path]
        else:
            found[redirect.path] = obstacle
    return found
