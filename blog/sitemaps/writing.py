"""The XML of sitemaps, put together line by line: sections are large."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from xml.sax.saxutils import escape

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    ' xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
    ' xmlns:xhtml="http://www.w3.org/1999/xhtml"'
)


@dataclass(frozen=True)
class Place:
    """An address, and what there is to know of it: versions in other languages, pictures."""

    url: str
    changed_at: datetime | None = None
    alternates: tuple[tuple[str, str], ...] = ()
    pictures: tuple[str, ...] = ()


def write_index(urls: Iterable[str]) -> str:
    """Return the index of the sections at `urls`."""
    sections = "".join(f"<sitemap><loc>{escape(url)}</loc></sitemap>\n" for url in urls)
    return f"{_HEAD}<sitemapindex {_NAMESPACES}>\n{sections}</sitemapindex>\n"


def write_section(places: Iterable[Place]) -> str:
    """Return a section with all of `places`."""
    return f"{_HEAD}<urlset {_NAMESPACES}>\n{''.join(map(_entry, places))}</urlset>\n"


def _entry(place: Place) -> str:
    changed = place.changed_at
    return "".join(
        [
            f"<url><loc>{escape(place.url)}</loc>",
            f"<lastmod>{changed.isoformat(timespec='seconds')}</lastmod>" if changed else "",
            *(
                f'<xhtml:link rel="alternate" hreflang="{language}" href="{escape(url, _QUOTE)}"/>'
                for language, url in place.alternates
            ),
            *(
                f"<image:image><image:loc>{escape(url)}</image:loc></image:image>"
                for url in place.pictures
            ),
            "</url>\n",
        ]
    )


_QUOTE = {'"': "&quot;"}
