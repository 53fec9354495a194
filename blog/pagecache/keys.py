"""Which requests may be answered from what is kept, and which of them get the same answer."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.conf import settings

# What our pages and the API understand. Anything else might mean something to somebody.
KNOWN = frozenset(
    {
        *("before", "after", "q", "page", "category", "tag", "author", "year", "month"),
        *("since", "cursor", "limit"),
    }
)
# What others append to our addresses to find their readers again. No view ever sees it.
TRACKING = frozenset(
    {
        *("gclid", "gbraid", "wbraid", "dclid", "fbclid", "msclkid", "yclid", "igshid"),
        *("_hsenc", "_hsmi", "mkt_tok"),
    }
)
_TRACKING_PREFIXES = ("utm_", "mc_")
_LONGEST = 1_000  # characters
_METHODS = ("GET", "HEAD")

Environ = Mapping[str, Any]


def is_private(path: str) -> bool:
    """Whether nothing below `path` is ever kept, whatever it answers."""
    return path.startswith(settings.PAGE_CACHE_NEVER)


class Keys:
    """Makes keys as the settings of the process have it."""

    def __init__(self) -> None:
        self._session_cookie = f"{settings.SESSION_COOKIE_NAME}="
        self._host_names = (
            ("HTTP_X_FORWARDED_HOST", "HTTP_HOST")
            if settings.USE_X_FORWARDED_HOST
            else ("HTTP_HOST",)
        )
        self._https_header, self._https = settings.SECURE_PROXY_SSL_HEADER or ("", "")

    def of(self, environ: Environ) -> str | None:
        """Return the key of a request, which begins with its query; None: it is for Django alone.

        Whoever could be somebody is sent on: a session, a token, a method that changes something.
        """
        if (
            environ["REQUEST_METHOD"] not in _METHODS
            or "HTTP_AUTHORIZATION" in environ
            or self._session_cookie in environ.get("HTTP_COOKIE", "")
        ):
            return None
        path = f"{environ.get('SCRIPT_NAME', '')}{environ.get('PATH_INFO', '')}"
        query: str | None = environ.get("QUERY_STRING", "")
        host = next(filter(None, map(environ.get, self._host_names)), "")
        if is_private(path) or not host or len(path) + len(query or "") > _LONGEST:
            return None
        if query and (query := meant_by(query)) is None:
            return None
        return f"{query} {self._scheme(environ)}://{host.lower()}{path}"

    def _scheme(self, environ: Environ) -> str:
        # As HttpRequest.scheme has it.
        said = environ.get(self._https_header) if self._https_header else None
        if said is None:
            return str(environ.get("wsgi.url_scheme", "http"))
        return "https" if said.partition(",")[0].strip() == self._https else "http"


def query_of(key: str) -> str:
    """Return the query that a request with this key means."""
    return key.partition(" ")[0]


def meant_by(query: str) -> str | None:
    """Return what `query` means to us, in one order; None where we do not know all of it."""
    try:
        pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=True, max_num_fields=20)
    except ValueError:
        return None
    meant = [pair for pair in pairs if not _is_tracking(pair[0])]
    names = [name for name, _value in meant]
    if not KNOWN.issuperset(names) or len(set(names)) < len(names):
        return None
    return urlencode(sorted(meant))


def _is_tracking(name: str) -> bool:
    return name in TRACKING or name.startswith(_TRACKING_PREFIXES)
