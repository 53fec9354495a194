"""Where everything will be: planned before the first text is brought, so that each text can be
written with its final links at once.
"""

import itertools
from urllib.parse import unquote, urlsplit

from blog import languages, revisions, seo
from blog.models import Author, Category, Image, Post, Tag
from blog.transfer import media
from blog.transfer.items import AuthorItem, CategoryItem, Head, Item, TagItem
from blog.transfer.move import Move
from blog.transfer.pictures import IN_PACKAGE

_SLUGS = "slug"
_TAKEN = "taken slug"
# By old path, and by the name of the post in its file.
_BY_PATH = "address"
_BY_NAME = "place"
_HEADS = "head"
_TERMS: dict[type[Item], type[Author | Category | Tag]] = {
    AuthorItem: Author,
    CategoryItem: Category,
    TagItem: Tag,
}


def remember(move: Move, item: Item) -> None:
    """Note a head, to be planned when all are known; or where a term will be."""
    if isinstance(item, Head):
        move.notebook.write(_HEADS, item.source_id, item.model_dump_json())
    elif isinstance(item, AuthorItem | CategoryItem | TagItem):
        _lead(move, item.old_paths, _TERMS[type(item)](slug=item.slug).get_absolute_url())


def plan(move: Move) -> int:
    """Give every post of the file its slug here, and return how many there are."""
    # What is here already first: its addresses do not move.
    for is_new in (False, True):
        for _, note in move.notebook.all(_HEADS):
            head = Head.model_validate_json(note)
            post = _post_of(move, head)
            if (post is None) == is_new:
                _place(move, head, post)
    return move.notebook.count(_HEADS)


def slug_of(move: Move, head: Head) -> str:
    """Return the slug that was planned."""
    return move.notebook.read(_SLUGS, head.source_id) or ""


def language_of(move: Move, head: Head) -> str:
    """Return the language that the post gets: one of the site's, unless it comes from a blog of
    ours, which may know more than it speaks.
    """
    named = head.language or move.reader.site.language
    if move.reader.site.is_ours and head.language:
        return head.language
    for code in (named.lower(), named.lower().split("-")[0].split("_")[0]):
        if code in languages.codes():
            return code
    return languages.codes()[0]


class Places:
    """Says what takes the place of an address in a text."""

    def __init__(self, move: Move, shown: dict[str, Image | None]) -> None:
        self._move, self._shown = move, shown

    def of(self, address: str, stands_alone: bool) -> str | None:
        """Return the address here of what was at `address`, None to leave it as it is."""
        old, address = self._move.reader.old, unquote(address)
        image = self._shown.get(address)
        if image is not None:
            return image.media_path
        if new := self._planned(address):
            fragment = urlsplit(address).fragment
            new += f"#{fragment}" if fragment else ""
            return seo.absolute(new) if stands_alone else new
        if self._is_of_a_picture(address) and (image := media.bring(self._move, address)):
            return image.media_path
        if address.startswith(IN_PACKAGE):
            name = "/" + address.removeprefix(IN_PACKAGE).removeprefix("static/")
            return old.absolute(name)
        # What stays on the old blog is linked there, not to a page that is not here.
        is_path = address.startswith("/") and not self._move.reader.site.is_ours
        return old.absolute(address) if is_path and old.path_of(address) is not None else None

    def _planned(self, address: str) -> str | None:
        if address.startswith(IN_PACKAGE):
            name = address.removeprefix(IN_PACKAGE).split("#")[0]
            return self._move.notebook.read(_BY_NAME, name[-500:])
        path = self._move.reader.old.path_of(address)
        return self._move.notebook.read(_BY_PATH, path) if path else None

    def _is_of_a_picture(self, address: str) -> bool:
        return address not in self._shown and media.is_known(self._move, address)


def _post_of(move: Move, head: Head) -> Post | None:
    known = move.known(head.kind, head.source_id)
    if known is None:
        return None
    return Post.objects.only("kind", "slug", "language").filter(pk=known.object_id).first()


def _place(move: Move, head: Head, post: Post | None) -> None:
    if post is None:
        slug = _free(move, head)
        post = Post(kind=head.post_kind, slug=slug, language=language_of(move, head))
    move.notebook.write(_SLUGS, head.source_id, post.slug)
    move.notebook.write(_TAKEN, post.slug, head.source_id)
    address = post.get_absolute_url()
    move.notebook.write(_BY_NAME, head.source_id, address)
    _lead(move, head.old_paths, address)


def _lead(move: Move, old_paths: tuple[str, ...], address: str) -> None:
    for path in old_paths:
        if (key := move.reader.old.path_of(path)) and key != "/":
            move.notebook.write_once(_BY_PATH, key, address)


def _free(move: Move, head: Head) -> str:
    """Return a slug that neither a post here nor one of the file has."""
    wanted = head.slug or head.title or str(head.post_kind)
    slug = revisions.free_slug(wanted, kind=head.post_kind)
    base = slug
    numbers = itertools.count(2)
    while move.notebook.has(_TAKEN, slug):
        slug = revisions.free_slug(f"{base[:140]}-{next(numbers)}", kind=head.post_kind)
    return slug
