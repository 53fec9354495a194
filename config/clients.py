"""Who is asking: the address of a client, by one rule for throttles and for the login guard."""

from typing import cast

from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle


def address_of(request: HttpRequest) -> str:
    """Return the client's address as far as TRUSTED_PROXY_COUNT lets us believe the proxies."""
    # It reads META alone, which both kinds of request have.
    return str(BaseThrottle().get_ident(cast("Request", request)))
