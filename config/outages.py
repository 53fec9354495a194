"""What is said when nothing can be written: the database is gone, or this site is for reading only.

Readers go on being served wherever a copy of the database answers (see `blog.replica`); whoever
wants to change something is told so at once, in the form that they asked for, and nothing is half
done: each change is one transaction.
"""

import sys
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any

import psycopg
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.views.defaults import server_error
from psycopg.errors import ReadOnlySqlTransaction

from config.problems import MEDIA_TYPE, problem

RETRY_AFTER = 30  # seconds
_READS = ("GET", "HEAD", "OPTIONS")
# Nobody can sign in without a row being written.
_NEEDS_WRITING = "/admin"
# Connections that fail, servers that go down or have no room: SQLSTATE classes of PostgreSQL.
_OUTAGES = ("08", "53", "57P")
DETAIL = "The database can't be written to at the moment. Nothing was saved. Try again in a minute."
READ_ONLY_DETAIL = (
    "This site can only be read at the moment. Nothing was saved. Try again in some minutes."
)


class ReadOnlyMiddleware:
    """Refuses whatever would write while READ_ONLY is set; must stand before sessions."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Refuse or pass on."""
        is_writing = request.method not in _READS or request.path_info.startswith(_NEEDS_WRITING)
        if settings.READ_ONLY and is_writing:
            return _refusal(request, READ_ONLY_DETAIL)
        return self._get_response(request)


def show(request: HttpRequest) -> HttpResponse:
    """Django's `handler500`: an outage of the database is no fault of the program."""
    if is_outage(sys.exception()):
        return _refusal(request, DETAIL)
    return server_error(request)


def is_outage(error: BaseException | None) -> bool:
    """Whether an error means that the database is gone or refuses to write, for now."""
    return any(_is_outage(one) for one in _chain(error))


def _is_outage(error: BaseException) -> bool:
    if isinstance(error, ReadOnlySqlTransaction | psycopg.InterfaceError):
        return True
    if not isinstance(error, psycopg.OperationalError):
        return False
    # A connection that was never made, or broke, or a pool that had none, has no state to tell.
    return error.sqlstate is None or error.sqlstate.startswith(_OUTAGES)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _refusal(request: HttpRequest, detail: str) -> HttpResponse:
    headers: dict[str, Any] = {"Retry-After": str(RETRY_AFTER), "Cache-Control": "no-store"}
    status = HTTPStatus.SERVICE_UNAVAILABLE
    if request.path_info.startswith("/api/"):
        body = problem(status, "unavailable", detail)
        return JsonResponse(body, status=status, headers=headers, content_type=MEDIA_TYPE)
    page = render(request, "503.html", {"is_for_reading": settings.READ_ONLY}, status=status)
    for name, value in headers.items():
        page.headers[name] = value
    return page
