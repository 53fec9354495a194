"""The site's own map, and on it a place in each language that breaks."""

from typing import NoReturn

from django.http import HttpRequest
from django.urls import path

from config.urls import handler404 as handler404
from config.urls import urlpatterns as _ours


class BrokenOnPurpose(Exception):
    """What the page for errors is shown for."""


def fail(_request: HttpRequest) -> NoReturn:
    """Break."""
    raise BrokenOnPurpose


urlpatterns = [path("broken/", fail), path("ar/broken/", fail), *_ours]
