"""Values that no screen of the admin sends are the sender's mistake (400), not ours (500)."""

import logging
from collections.abc import Callable
from typing import Any

from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.defaults import bad_request

_OURS = {"config", "publishing", "generation", "blog"}
_logger = logging.getLogger(__name__)


class OddAdminRequestMiddleware:
    """Answers with words where Django's admin stumbles over `?author=abc`, a NUL, the year 10000.

    A ValueError of our own code stays what it is: a mistake of ours.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> Any:
        """Return the page that says so, or None for errors of another kind."""
        if not request.path.startswith(reverse("admin:index")) or not _is_about_a_value(error):
            return None
        _logger.warning("odd_request", exc_info=error)
        return bad_request(request, error)


def _is_about_a_value(error: Exception) -> bool:
    if isinstance(error, DataError | OverflowError):
        return True
    return isinstance(error, ValueError) and _raised_in(error) not in _OURS


def _raised_in(error: Exception) -> str:
    """The package whose line raised it."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    return str(place.tb_frame.f_globals["__name__"]).partition(".")[0] if place else ""
