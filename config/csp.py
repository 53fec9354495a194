"""Two content security policies: a strict one for readers, one with what the admin needs.

The admin theme evaluates its Alpine expressions, so admin pages allow `unsafe-eval`; in return no
model output and no fetched text is ever rendered as HTML inside an admin page.
"""

from typing import Any

from csp.constants import NONCE, NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

PUBLIC_POLICY: dict[str, list[Any]] = {
    "default-src": [SELF],
    "script-src": [SELF, NONCE],
    "style-src": [SELF],
    "img-src": [SELF, "data:"],
    "object-src": [NONE],
    "base-uri": [NONE],
    "form-action": [SELF],
    "frame-ancestors": [NONE],
}
ADMIN_POLICY: dict[str, list[Any]] = {
    **PUBLIC_POLICY,
    "script-src": [SELF, UNSAFE_EVAL],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "frame-src": [SELF],
    "frame-ancestors": [SELF],
}
ADMIN_PREFIX = "/admin/"


def showing_pictures_of(origin: str, policy: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Return `policy` with pictures of one more origin: where the media live."""
    return {**policy, "img-src": [*policy["img-src"], origin]}


class PolicyByAreaMiddleware(CSPMiddleware):
    """Sends the admin's policy below /admin/ and the public one everywhere else."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        """Return the parts of the policy for this request's area of the site."""
        parts: PolicyParts = super().get_policy_parts(request, response, report_only)
        if not report_only and request.path_info.startswith(ADMIN_PREFIX):
            parts.config = settings.CONTENT_SECURITY_POLICY_ADMIN["DIRECTIVES"]
        return parts
