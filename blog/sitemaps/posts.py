"""Posts and pages: what a range of ids holds that is public, with pictures and translations."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from blog import languages, seo
from blog.models import Image, Post
from blog.sitemaps.places import Addresses
from blog.sitemaps.ranges import in_range, ranges
from blog.sitemaps.writing import Place

# Far below the 50,000 addresses of the standard: a section is made in a moment.
IDS_IN_A_SECTION = 5_000
_READ = (
    *("slug", "language", "kind", "publish_at", "changed_at", "translation_of", "cover"),
    "approved_revision__image_ids",
)
_VIEWS = {Post.Kind.POST: "blog:post", Post.Kind.PAGE: "blog:page"}
Versions = dict[int, tuple[tuple[str, str], ...]]


def sections() -> list[int]:
    """Return the numbers of the sections in which there is something public."""
    return ranges(Post.objects.published(), IDS_IN_A_SECTION)


def places_in(number: int) -> list[Place]:
    """Return what the section holds."""
    public = Post.objects.published().select_related("approved_revision")
    posts = list(in_range(public.only(*_READ), number, IDS_IN_A_SECTION))
    addresses = Addresses()
    pictures = _pictures_of(posts)
    versions = _versions_of(posts, addresses)
    return [
        Place(
            _url(post, addresses),
            post.last_changed_at,
            versions.get(_original(post), ()),
            tuple(pictures[pk] for pk in _image_ids(post) if pk in pictures),
        )
        for post in posts
    ]


def _url(post: Post, addresses: Addresses) -> str:
    return addresses.of(_VIEWS[Post.Kind(post.kind)], post.slug, post.language)


def _original(post: Post) -> int:
    return post.translation_of_id or post.pk


def _image_ids(post: Post) -> list[int]:
    shown = post.approved_revision.image_ids if post.approved_revision else []
    cover = [post.cover_id] if post.cover_id else []
    return list(dict.fromkeys([*cover, *shown]))


def _pictures_of(posts: Iterable[Post]) -> dict[int, str]:
    """Return the whole addresses of the pictures of `posts`, by their ids."""
    ids = {pk for post in posts for pk in _image_ids(post)}
    files = Image.objects.filter(pk__in=ids).values_list("pk", "file") if ids else ()
    storage: Any = Image._meta.get_field("file").storage  # type: ignore[union-attr]
    return {pk: seo.absolute(storage.url(name)) for pk, name in files}


def _versions_of(posts: Iterable[Post], addresses: Addresses) -> Versions:
    """Return language and address of each version of a text that has several, by the original."""
    if len(languages.codes()) == 1:
        return {}
    public = Post.objects.published().only("slug", "language", "kind", "translation_of")
    originals = {_original(post) for post in posts}
    translations = list(public.filter(translation_of__in=originals))
    texts = defaultdict(list)
    known = public.filter(Q(pk__in={post.translation_of_id for post in translations}))
    for post in [*known, *translations]:
        texts[_original(post)].append(post)
    return {
        original: _alternates(original, found, addresses)
        for original, found in texts.items()
        if len(found) > 1
    }


def _alternates(
    original: int, posts: list[Post], addresses: Addresses
) -> tuple[tuple[str, str], ...]:
    posts = sorted(posts, key=lambda post: post.language)
    # Speakers of none of them get the original.
    default = next((post for post in posts if post.pk == original), posts[0])
    versions = [(post.language, _url(post, addresses)) for post in posts]
    return (*versions, ("x-default", _url(default, addresses)))
