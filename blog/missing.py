"""The answer where there is no page: where it went, that it was withdrawn, or that it never was."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.defaults import page_not_found

from blog import old_addresses
from blog.reading import database_for, for_readers


def show(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Answer a request that no page answered; the root of the urls names this its 404."""
    with database_for(request):
        known = answer_old_address(request)
        if known is None:
            return page_not_found(request, exception)
    # Kept for a while like a page, not for ever: what moved may move back.
    return for_readers(lambda _request: known)(request)


def answer_old_query(request: HttpRequest) -> HttpResponse | None:
    """Return the way on from the front page with a query that was another page's address once."""
    is_old = old_addresses.is_old_query(request.META.get("QUERY_STRING", ""))
    return answer_old_address(request) if is_old else None


def answer_old_address(request: HttpRequest) -> HttpResponse | None:
    """Return the answer to an address that was a page once, None where none was."""
    if request.method not in ("GET", "HEAD"):
        return None
    try:
        found = old_addresses.destination(request.path, request.META.get("QUERY_STRING", ""))
    except old_addresses.Gone:
        return render(request, "410.html", status=HTTPStatus.GONE, using="jinja2")
    return HttpResponsePermanentRedirect(found) if found else None
