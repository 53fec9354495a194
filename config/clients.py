"""Who is asking: the address of a client, by one rule for throttles, the login guard and logs."""

from typing import cast

import structlog
from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle


def address_of(request: HttpRequest) -> str:
    """Return the client's address as far as TRUSTED_PROXY_COUNT lets us believe the proxies."""
    # It reads META alone, which both kinds of request have.
    return str(BaseThrottle().get_ident(cast("Request", request)))


class RequestLogMiddleware(RequestMiddleware):
    """Writes a line for each request, without believing the client about its address."""

    def prepare(self, request: HttpRequest) -> None:
        """Begin the request; what the client calls itself belongs to the one line."""
        super().prepare(request)
        structlog.contextvars.bind_contextvars(user_agent=request.META.get("HTTP_USER_AGENT"))

    @classmethod
    def bind_ip(cls, request: HttpRequest) -> None:
        """Add the address to the lines of this request."""
        structlog.contextvars.bind_contextvars(ip=address_of(request))
