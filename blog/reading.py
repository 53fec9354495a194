"""How long an answer may be kept, and by whom: one rule for pages, feeds, the API and all the rest.

A view that is the same for every reader says so with `for_readers`. What it answers may be kept
briefly by everybody, and never past the next publication; whoever is signed in gets it for
themselves. Whatever does not say so is nobody's to keep.
"""

import hashlib
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import parse_http_date_safe

from blog import frame, replica
from blog.pagecache import freshness, keys, visits

View = Callable[..., HttpResponseBase]

# What is not there, or not any more, is an answer as well.
_SECONDS = {
    200: freshness.LONGEST,
    301: freshness.LONGEST,
    304: freshness.LONGEST,
    404: freshness.BRIEFLY,
    410: freshness.LONGEST,
}


def for_readers(view: View) -> View:
    """Return `view`, which answers every reader alike, as one whose answers may be kept.

    Updates that are due are shown to readers before it looks at anything.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        visit = visits.of(request)
        visit.is_public = True
        with database_for(request):
            changes_at = frame.of(request).next_change_at
            visit.good_until = changes_at.timestamp() if changes_at else None
            return view(request, *args, **kwargs)

    return answer


def database_for(request: HttpRequest) -> AbstractContextManager[None]:
    """Read from the replica for readers; who is signed in reads what they have just written."""
    return nullcontext() if _is_somebody(request) else replica.for_readers()


class ReadingMiddleware:
    """Says of each answer how long it may be kept; answers 304 to whoever has it already."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass on, and look at what comes back."""
        response = self._get_response(request)
        if not _is_public(request):
            response.headers.setdefault("Cache-Control", freshness.NEVER)
        elif response.status_code not in _SECONDS:
            response.headers["Cache-Control"] = freshness.NEVER
        elif _is_somebody(request):
            response.headers["Cache-Control"] = freshness.SIGNED_IN
            return _conditional(request, response)
        else:
            _let_be_kept(request, response)
            return _conditional(request, response)
        return response


def _is_public(request: HttpRequest) -> bool:
    """Whether its view said so, or no view was there to know anybody."""
    is_nowhere = request.resolver_match is None and not keys.is_private(request.path_info)
    return visits.of(request).is_public or is_nowhere


def _is_somebody(request: HttpRequest) -> bool:
    return settings.SESSION_COOKIE_NAME in request.COOKIES or "HTTP_AUTHORIZATION" in request.META


def _let_be_kept(request: HttpRequest, response: HttpResponseBase) -> None:
    visit = visits.of(request)
    seconds = _SECONDS[response.status_code]
    now = timezone.now().timestamp()
    room = None if visit.good_until is None else visit.good_until - now
    response.headers["Cache-Control"] = freshness.cache_control(seconds, room=room)
    if room is None or room > 0:
        visit.keep_seconds = seconds


def _conditional(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    if response.status_code != 200 or not isinstance(response, HttpResponse):
        return response
    digest = hashlib.md5(response.content, usedforsecurity=False).hexdigest()
    response.headers["ETag"] = f'W/"{digest}"'
    known = get_conditional_response(
        request,
        etag=response.headers["ETag"],
        last_modified=parse_http_date_safe(response.headers.get("Last-Modified", "")),
        response=response,
    )
    return known or response
