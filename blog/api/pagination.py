"""Pages that neither skip nor repeat a row while new ones arrive: each starts after a known row."""

from datetime import datetime
from typing import Any

from django.core.signing import BadSignature, Signer
from django.db.models import Model, Q
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from blog import newest

DEFAULT_LIMIT = 20
MAX_LIMIT = 100


class KeysetPagination(BasePagination):
    """Orders by the view's `keyset` (`("-publish_at", "-pk")`: all descending or all ascending).

    The cursor names the last row of the page before. It is signed, so only ours come back.
    """

    def paginate_queryset(
        self, queryset: Any, request: Request, view: APIView | None = None
    ) -> list[Any]:
        """Return one page. Raises ValidationError for a limit or a cursor that cannot be."""
        keyset: tuple[str, ...] = getattr(view, "keyset", ("-pk",))
        limit = _limit(request)
        signer = Signer(salt=f"cursor of {request.path} by {keyset}")
        place: list[str] = []
        if cursor := request.query_params.get("cursor"):
            place = _opened(cursor, signer)
            queryset = queryset.filter(_after(keyset, place))
        rows = self.first(queryset.order_by(*keyset), limit + 1, request, place)
        page = rows[:limit]
        self.next_url = None
        if len(rows) > limit:
            following = signer.sign_object(_place(page[-1], keyset))
            self.next_url = replace_query_param(request.build_absolute_uri(), "cursor", following)
        return page

    def first(self, rows: Any, number: int, _request: Request, _place: list[str]) -> list[Any]:
        """Return the first of `rows`, which come in order from `place` on (empty: the top)."""
        return list(rows[:number])

    def get_paginated_response(self, data: Any) -> Response:
        """Return the page with the address of the next one."""
        return Response({"next": self.next_url, "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Describe the page."""
        return {
            "type": "object",
            "required": ["next", "results"],
            "properties": {
                "next": {
                    "type": ["string", "null"],
                    "format": "uri",
                    "description": "The next page; null on the last one.",
                },
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, _view: APIView) -> list[dict[str, Any]]:
        """Describe the two parameters."""
        return [
            {
                "name": "limit",
                "in": "query",
                "description": "Rows on a page.",
                "schema": {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": MAX_LIMIT,
                    "default": DEFAULT_LIMIT,
                },
            },
            {
                "name": "cursor",
                "in": "query",
                "description": "Where the page starts; follow `next` instead of composing it.",
                "schema": {"type": "string"},
            },
        ]


class PostPagination(KeysetPagination):
    """Posts, of which those that have some words are found in their own way."""

    def first(self, rows: Any, number: int, request: Request, place: list[str]) -> list[Any]:
        """Return the first of `rows`."""
        if request.query_params.get("q"):
            at = datetime.fromisoformat(place[0]) if place else None
            rows = rows.filter(pk__in=newest.matches(rows, number, at=at))
        return super().first(rows, number, request, place)


def _limit(request: Request) -> int:
    text = request.query_params.get("limit", str(DEFAULT_LIMIT))
    is_short = text.isascii() and text.isdigit() and len(text) <= len(str(MAX_LIMIT))
    if not is_short or not 1 <= int(text) <= MAX_LIMIT:
        raise ValidationError({"limit": f"Give a number from 1 to {MAX_LIMIT}."})
    return int(text)


def _opened(cursor: str, signer: Signer) -> list[str]:
    try:
        opened: list[str] = signer.unsign_object(cursor)
    except (BadSignature, ValueError) as error:
        message = "This cursor is not one of ours. Start without it, then follow `next`."
        raise ValidationError({"cursor": message}) from error
    return opened


def _place(row: Model, keyset: tuple[str, ...]) -> list[str]:
    values = (getattr(row, name.lstrip("-")) for name in keyset)
    return [v.isoformat() if hasattr(v, "isoformat") else str(v) for v in values]


def _after(keyset: tuple[str, ...], place: list[str]) -> Q:
    """Rows behind `place`; the first term alone lets the index find where to start."""
    names = [name.lstrip("-") for name in keyset]
    beyond = "lt" if keyset[0].startswith("-") else "gt"
    behind = Q()
    level: dict[str, Any] = {}
    for name, value in zip(names, place, strict=True):
        behind |= Q(**level, **{f"{name}__{beyond}": value})
        level[name] = value
    return Q(**{f"{names[0]}__{beyond}e": place[0]}) & behind
