"""How long a public answer may be kept, and by whom."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import patch_cache_control
from django.views.decorators.http import conditional_page

View = Callable[..., HttpResponseBase]
_SECONDS = 60


def for_readers(view: View) -> View:
    """Return `view` with an ETag, to be kept for a minute by everybody but those signed in."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if response.status_code >= 500:
            patch_cache_control(response, no_store=True)
        elif settings.SESSION_COOKIE_NAME in request.COOKIES:
            patch_cache_control(response, private=True, no_cache=True)
        else:
            patch_cache_control(response, public=True, max_age=_SECONDS)
        return response

    return conditional_page(answer)
