"""What a refusal says to a program: a problem, in the form of RFC 9457."""

from http import HTTPStatus
from typing import Any

MEDIA_TYPE = "application/problem+json"


def problem(status: int, code: str, detail: str, **more: Any) -> dict[str, Any]:
    """Return the body: `code` names the kind for programs, `detail` says for people what to do."""
    return {
        "type": f"urn:autoblog:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        **more,
    }
