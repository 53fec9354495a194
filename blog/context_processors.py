"""What every page needs: the site's name and what stands around the page."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from blog import frame, languages


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the site's names and, read only where a template uses it, the navigation."""
    return {
        "SITE_NAME": settings.SITE_NAME,
        "SITE_TAGLINE": languages.tagline(),
        "navigation": SimpleLazyObject(lambda: frame.of(request).navigation),
        "here": request.path,
    }
