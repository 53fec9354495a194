"""Who is asking: the address of a client, by one rule for throttles and for the login guard."""

from django.http import HttpRequest
from rest_framework.throttling import BaseThrottle


def address_of(request: HttpRequest) -> str:
    """Return the client's address as far as TRUSTED_PROXY_COUNT lets us believe the proxies."""
    return str(BaseThrottle().get_ident(request))
