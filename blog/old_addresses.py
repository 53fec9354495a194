"""Where an address that is no page any more leads: to what lives elsewhere now, in one step.

Asked only when no page answered, so that no page pays for it, and a page always wins over a
redirect that somebody left at its address.
"""

import re
from urllib.parse import parse_qsl, quote, urlsplit

from blog import addresses, rendering
from blog.addresses import Thing
from blog.models import Post, Redirect

# How WordPress names a page that has no pretty address: /?p=123.
_NAMES = {"p", "page_id", "cat", "tag", "author", "attachment_id"}
# What belongs to a page and moves with it: its Markdown (/posts/glue.md), its feeds.
_BELONGING = re.compile(r"(?P<page>/.+)(?P<rest>\.md|/feed\.(?:rss|atom|json))")
_ESCAPED = re.compile("%[0-9A-F]{2}")
_OWN_PATH = re.compile(r"/(?![/\\])")


class Gone(Exception):
    """What was there was withdrawn."""


def destination(path: str, query: str = "") -> str | None:
    """Return the address that an old one leads to, None for one that nobody knows. Raises Gone."""
    path, query = rendering.storable(path), rendering.storable(query)
    found = _follow(path, query, seen=frozenset())
    if found is None and (belonging := _BELONGING.fullmatch(path)):
        page = _follow(f"{belonging['page']}/", "", seen=frozenset())
        is_own = page and page.endswith("/") and _OWN_PATH.match(page)
        found = page[:-1] + belonging["rest"] if page and is_own else None
    return None if found in (path, f"{path}?{query}") else found


def is_old_query(query: str) -> bool:
    """Whether the query names a page as WordPress does."""
    return bool(_named(query))


def _follow(path: str, query: str, *, seen: frozenset[int]) -> str | None:
    redirect = _find(path, query)
    if redirect is None or redirect.pk in seen:
        _refuse_withdrawn(addresses.thing_at(path))
        return None
    if thing := redirect.thing:
        _refuse_withdrawn(thing)
        return thing.get_absolute_url() if addresses.is_public(thing) else None
    target = redirect.target
    if target.startswith(("http://", "https://")):
        return target
    if not _OWN_PATH.match(target):
        return None
    parts = urlsplit(target)
    if addresses.is_answered(parts.path) and not is_old_query(parts.query):
        return target
    return _follow(parts.path, parts.query, seen=seen | {redirect.pk})


def _find(path: str, query: str) -> Redirect | None:
    spellings = _spellings(path, query)
    rows = Redirect.objects.filter(path__in=spellings).select_related(
        "post", "category", "tag", "author"
    )
    found = min(rows, key=lambda row: spellings.index(row.path), default=None)
    # Without its last slash the address of a page is still the page's.
    is_spelling = found and found.path.strip("/") == path.strip("/") and found.path != path
    return None if found and is_spelling and addresses.is_answered(found.path) else found


def _spellings(path: str, query: str) -> list[str]:
    """The ways in which the old address may have been written down, the closest first."""
    bare = path.rstrip("/")
    escaped = quote(bare)
    ways = [bare, escaped, _ESCAPED.sub(lambda code: code[0].lower(), escaped)]
    paths = list(dict.fromkeys(p for way in ways for p in (f"{way}/", way) if p))
    words = [w for w in dict.fromkeys([query, *_named(query)]) if w]
    return [f"{p}?{w}" for w in words for p in paths] + paths


def _named(query: str) -> list[str]:
    pairs = [(name, rendering.storable(value)) for name, value in parse_qsl(query)]
    return [f"{name}={value}" for name, value in pairs if name in _NAMES]


def _refuse_withdrawn(thing: Thing | None) -> None:
    """Raise Gone where readers could see the thing once."""
    if isinstance(thing, Post) and thing.withdrawn_at and not thing.is_live:
        raise Gone
