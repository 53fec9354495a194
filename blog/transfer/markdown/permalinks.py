"""Where Jekyll and Hugo put a page: by what it says of itself, else by the pattern of the site."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.text import slugify

# Jekyll's names for the usual patterns.
_STYLES = {
    "date": "/:categories/:year/:month/:day/:title.html",
    "pretty": "/:categories/:year/:month/:day/:title/",
    "ordinal": "/:categories/:year/:y_day/:title.html",
    "weekdate": "/:categories/:year/W:week/:short_day/:title.html",
    "none": "/:categories/:title.html",
}
_PART = re.compile(r":([a-z_]+)")


@dataclass(frozen=True, kw_only=True)
class Place:
    """What a pattern may ask of a page."""

    title: str
    slug: str
    filename: str
    section: str
    categories: tuple[str, ...]
    at: datetime | None


def expand(pattern: str, place: Place) -> str:
    """Return the path that a pattern gives a page."""
    pattern = _STYLES.get(pattern, pattern)
    path = _PART.sub(lambda found: _values(place).get(found[1], found[0]), pattern)
    return re.sub(r"/{2,}", "/", f"/{path}")


def aliases(value: Any, page: str) -> Iterator[str]:
    """Yield the old addresses that a page names; without a slash they are beside the page."""
    for alias in value if isinstance(value, list) else [value]:
        if isinstance(alias, str) and alias.strip():
            yield posixpath.join(page if page.endswith("/") else f"{page}/", alias.strip())


def _values(place: Place) -> dict[str, str]:
    words = {
        "title": place.slug or slugify(place.title),
        "slug": place.slug,
        "filename": place.filename,
        "slugorfilename": place.slug or place.filename,
        "contentbasename": place.filename,
        "slugorcontentbasename": place.slug or place.filename,
        "section": place.section,
        "sections": place.section,
        "categories": "/".join(slugify(name) for name in place.categories),
        "collection": place.section,
        "name": place.filename,
        "path": place.filename,
        "output_ext": ".html",
    }
    if place.at is None:
        return words
    at = place.at
    return words | {
        "year": f"{at:%Y}",
        "short_year": f"{at:%y}",
        "month": f"{at:%m}",
        "i_month": str(at.month),
        "monthname": f"{at:%B}",
        "day": f"{at:%d}",
        "i_day": str(at.day),
        "y_day": f"{at:%j}",
        "yearday": str(at.timetuple().tm_yday),
        "week": f"{at:%V}",
        "short_day": f"{at:%a}",
        "hour": f"{at:%H}",
        "minute": f"{at:%M}",
        "second": f"{at:%S}",
    }
