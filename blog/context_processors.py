"""What every page needs: the site's name and what stands around the page."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation

from blog import frame, languages
from blog.navigation import Navigation


@dataclass(frozen=True)
class Around:
    """All that stands around a page, its own text left out."""

    page_language: str
    site_name: str
    tagline: str
    navigation: Navigation
    # The path, where a link of the navigation leads to it.
    here: str


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the site's names and, read only where a template asks for it, what is around."""
    tagline = languages.tagline()
    return {
        "SITE_NAME": settings.SITE_NAME,
        "SITE_TAGLINE": tagline,
        "around": cache(lambda: _around(request, tagline)),
    }


def _around(request: HttpRequest, tagline: str) -> Around:
    navigation = frame.of(request).navigation
    links = (link.url for link in navigation.shelves + navigation.pages)
    ours = {languages.reverse_here("blog:archive"), *links}
    return Around(
        page_language=translation.get_language() or "",
        site_name=settings.SITE_NAME,
        tagline=tagline,
        navigation=navigation,
        here=request.path if request.path in ours else "",
    )
