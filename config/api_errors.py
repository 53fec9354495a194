"""The one place where a refusal becomes HTTP, always `application/problem+json` (RFC 9457)."""

import logging
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.signals import got_request_exception
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.settings import api_settings
from rest_framework.views import set_rollback

from config import outages
from config.problems import MEDIA_TYPE, problem
from generation import services

# The state of things does not allow it now; the message says what would.
CONFLICTS: dict[type[Exception], str] = {
    services.RunAlreadyActive: "run-already-active",
    services.RunNotActive: "run-not-active",
    services.RunNotPaused: "run-not-paused",
    services.RunNotRetryable: "run-not-retryable",
    services.SectionNotRewritable: "section-not-rewritable",
    services.BriefNotReady: "brief-not-ready",
}
logger = logging.getLogger(__name__)


def answer(error: Exception, context: dict[str, Any]) -> Response | None:
    """Return the problem for `error`; DRF calls this for whatever a view raises.

    While debugging, an unexpected error is left to Django's page (None).
    """
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    set_rollback()
    if isinstance(error, exceptions.APIException):
        return _from_framework(error)
    for refusal, code in CONFLICTS.items():
        if isinstance(error, refusal):
            return _conflict(error, code, context)
    if outages.is_outage(error):
        wait = {"Retry-After": str(outages.RETRY_AFTER)}
        return _problem(503, "unavailable", outages.DETAIL, headers=wait)
    return None if settings.DEBUG else _unexpected(error, context)


def _problem(
    status: int, code: str, detail: str, *, headers: dict[str, str] | None = None, **more: Any
) -> Response:
    body = problem(status, code, detail, **more)
    return Response(body, status=status, headers=headers, content_type=MEDIA_TYPE)


def _from_framework(error: exceptions.APIException) -> Response:
    headers: dict[str, str] = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait) + 1)
    if isinstance(error, exceptions.ValidationError):
        faults = list(_faults(error.detail, "#"))
        text = "The request can't be used as it is; `errors` says what to change."
        return _problem(error.status_code, "invalid", text, errors=faults)
    code = str(error.default_code).replace("_", "-")
    return _problem(error.status_code, code, str(error.detail), headers=headers)


def _faults(detail: Any, pointer: str) -> Iterator[dict[str, str]]:
    """One entry a fault; the pointer (RFC 6901) leads to the field in the body or the query."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            is_about_all = name == api_settings.NON_FIELD_ERRORS_KEY
            yield from _faults(inner, pointer if is_about_all else f"{pointer}/{name}")
    elif isinstance(detail, list):
        for place, inner in enumerate(detail):
            is_nested = isinstance(inner, dict | list)
            yield from _faults(inner, f"{pointer}/{place}" if is_nested else pointer)
    else:
        code = getattr(detail, "code", "invalid")
        yield {"pointer": pointer, "detail": str(detail), "code": code}


def _conflict(error: Exception, code: str, context: dict[str, Any]) -> Response:
    more: dict[str, Any] = {}
    if isinstance(error, services.RunAlreadyActive) and error.run:
        more["run"] = reverse("api:run-detail", [error.run.pk], request=context["request"])
    return _problem(HTTPStatus.CONFLICT, code, str(error), **more)


def _unexpected(error: Exception, context: dict[str, Any]) -> Response:
    """Report to the log and whoever listens for failures, tell the client nothing of the inside."""
    request = context["request"]._request
    logger.error("api_request_failed", exc_info=error, extra={"path": request.path})
    got_request_exception.send(sender=None, request=request)
    return _problem(
        HTTPStatus.INTERNAL_SERVER_ERROR, "internal", "Something went wrong on our side."
    )
