"""Which addresses are ours, what lives at them, and the redirects that what moves leaves behind."""

from collections.abc import Iterable
from contextlib import suppress
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Model
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils import translation

from blog import languages, rendering
from blog.models import Author, Category, Post, Redirect, Tag
from blog.models.taxonomy import Addressed

Thing = Post | Category | Tag | Author

# First words of our own addresses: no page may have one of them as its slug.
RESERVED = {
    *("admin", "api", "archive", "authors", "categories", "covers", "health", "media"),
    *("page", "posts", "preview", "search", "share", "static", "tags"),
}
_THINGS: dict[str, type[Thing]] = {
    "blog:post": Post,
    "blog:page": Post,
    "blog:category": Category,
    "blog:tag": Tag,
    "blog:author": Author,
}


def taken(slugs: Iterable[str], *, by_others_than: Post | None = None) -> set[str]:
    """Return which of `slugs` a post has, or will have once its approved update is shown."""
    wanted = list(slugs)
    posts = Post.objects.exclude(pk=by_others_than.pk) if by_others_than else Post.objects.all()
    now = posts.filter(slug__in=wanted).values_list("slug", flat=True)
    waiting = posts.filter(update_at__isnull=False, update_revision__slug__in=wanted)
    return set(now.union(waiting.values_list("update_revision__slug", flat=True)))


def leave_redirect(path: str, thing: Model) -> None:
    """Let `path`, which readers knew, lead to wherever the thing is."""
    nothing = dict.fromkeys(["post", "category", "tag", "author"])
    Redirect.objects.update_or_create(
        path=path, defaults={**nothing, "target": "", str(thing._meta.model_name): thing}
    )


def leave_redirects(before: Addressed, thing: Addressed) -> None:
    """Let the addresses of what was `before`, one in each language, lead to the thing."""
    for code in languages.codes():
        with translation.override(code):
            leave_redirect(before.get_absolute_url(), thing)


def thing_at(path: str) -> Thing | None:
    """Return what has the address `path`, whether readers may see it or not."""
    match = _resolve(path)
    model = _THINGS.get(match.view_name) if match else None
    if match is None or model is None:
        return None
    slug = rendering.storable(match.kwargs["slug"])
    with _language_of(path):
        found = model._default_manager.filter(slug=slug).first()
        return found if found and found.get_absolute_url() == urlsplit(path).path else None


def is_answered(path: str) -> bool:
    """Whether readers get something at `path`; of uploads and static files nobody asks."""
    match = _resolve(path)
    if match is None:
        return path.startswith((settings.STATIC_URL, settings.MEDIA_URL))
    if match.view_name not in _THINGS:
        return True
    thing = thing_at(path)
    return thing is not None and is_public(thing)


def is_public(thing: Thing) -> bool:
    """Whether readers find the thing at its address."""
    if isinstance(thing, Post):
        return thing.is_live
    return isinstance(thing, Category) or bool(thing.posts.published().exists())


def _resolve(path: str) -> ResolverMatch | None:
    with _language_of(path), suppress(Resolver404):
        return resolve(urlsplit(path).path)
    return None


def _language_of(path: str) -> translation.override:
    return translation.override(languages.of_path(path))
