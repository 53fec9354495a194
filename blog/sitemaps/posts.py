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
# Rows and not models: a section has thousands, and each needs little.
_PLACE = ("pk", "slug", "language", "kind", "translation_of")
_READ = (*_PLACE, "publish_at", "changed_at", "cover", "approved_revision__image_ids")
_VIEWS: dict[str, str] = {Post.Kind.POST: "blog:post", Post.Kind.PAGE: "blog:page"}
_Row = Any
_Alternates = tuple[tuple[str, str], ...]


def sections() -> list[int]:
    """Return the numbers of the sections in which there is something public."""
    return ranges(Post.objects.published(), IDS_IN_A_SECTION)


def places_in(number: int) -> list[Place]:
    """Return what the section holds."""
    public = in_range(Post.objects.published(), number, IDS_IN_A_SECTION)
    rows = list(public.values_list(*_READ, named=True))
    addresses = Addresses()
    pictures = _pictures_of(rows)
    versions = _versions_of(rows, number, addresses)
    return [
        Place(
            _url(row, addresses),
            max(filter(None, (row.publish_at, row.changed_at))),
            versions.get(_original(row), ()),
            tuple(pictures[pk] for pk in _image_ids(row) if pk in pictures),
        )
        for row in rows
    ]


def _url(row: _Row, addresses: Addresses) -> str:
    return addresses.of(_VIEWS[row.kind], row.slug, row.language)


def _original(row: _Row) -> int:
    return int(row.translation_of or row.pk)


def _image_ids(row: _Row) -> list[int]:
    cover = [row.cover] if row.cover else []
    return list(dict.fromkeys([*cover, *row.approved_revision__image_ids]))


def _pictures_of(rows: Iterable[_Row]) -> dict[int, str]:
    """Return the whole addresses of the pictures of `rows`, by their ids."""
    ids = {pk for row in rows for pk in _image_ids(row)}
    files = Image.objects.filter(pk__in=ids).values_list("pk", "file") if ids else ()
    storage: Any = Image._meta.get_field("file").storage
    return {pk: seo.absolute(storage.url(name)) for pk, name in files}


def _versions_of(rows: Iterable[_Row], number: int, addresses: Addresses) -> dict[int, _Alternates]:
    """Return language and address of each version of a text that has several, by the original."""
    if len(languages.codes()) == 1:
        return {}
    public = Post.objects.published().values_list(*_PLACE, named=True)
    # Of originals in the section, by the index; and of those of its translations.
    own = Q(
        translation_of__gte=number * IDS_IN_A_SECTION,
        translation_of__lt=(number + 1) * IDS_IN_A_SECTION,
    )
    others = {row.translation_of for row in rows if row.translation_of}
    translations = list(public.filter(own | Q(translation_of__in=others)))
    originals = public.filter(pk__in={row.translation_of for row in translations})
    texts = defaultdict(list)
    for row in [*originals, *translations]:
        texts[_original(row)].append(row)
    return {
        original: _alternates(original, found, addresses)
        for original, found in texts.items()
        if len(found) > 1
    }


def _alternates(original: int, rows: list[_Row], addresses: Addresses) -> _Alternates:
    rows = sorted(rows, key=lambda row: row.language)
    # Speakers of none of them get the original.
    default = next((row for row in rows if row.pk == original), rows[0])
    versions = [(row.language, _url(row, addresses)) for row in rows]
    return (*versions, ("x-default", _url(default, addresses)))
