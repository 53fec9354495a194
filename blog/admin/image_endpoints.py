"""Pictures for the writing desk: one comes in with its words, or one of the library is chosen."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from blog import library, renditions
from blog.admin_theme import ModelAdmin, actor
from blog.models import Image

_PAGE = 24
_TYPED = ("alt_text", "caption", "credit", "licence", "source_url")
_TRUE = {"on", "true", "1"}

View = Callable[[HttpRequest], JsonResponse]


class PicturesForTheDesk(ModelAdmin[Image]):
    """The two doors; both speak JSON, also when they refuse."""

    def get_urls(self) -> list[URLPattern]:
        """With the doors."""
        return [
            path("upload/", require_POST(never_cache(self.upload_view)), name="blog_image_upload"),
            path("pick/", require_GET(never_cache(self.pick_view)), name="blog_image_pick"),
            *super().get_urls(),
        ]

    def upload_view(self, request: HttpRequest) -> JsonResponse:
        """Keep a new picture; 400 says what is wrong with it, by field."""
        if refusal := _refusal(request, self.has_add_permission(request), "add pictures"):
            return refusal
        try:
            image = library.add_image(
                request.FILES.get("file"),
                **{name: request.POST.get(name, "") for name in _TYPED},  # type: ignore[arg-type]
                is_decorative=request.POST.get("is_decorative") in _TRUE,
                by=actor(request),
            )
        except ValidationError as refused:
            return JsonResponse({"errors": refused.message_dict}, status=HTTPStatus.BAD_REQUEST)
        return JsonResponse(_describe(image), status=HTTPStatus.CREATED)

    def pick_view(self, request: HttpRequest) -> JsonResponse:
        """Answer with the newest pictures that match `q`; `next` is the query of the older ones."""
        if refusal := _refusal(request, self.has_view_permission(request), "see pictures"):
            return refusal
        words, before = request.GET.get("q", ""), request.GET.get("before", "")
        page = library.page_of(words=words, before=before, size=_PAGE)
        following = {"q": words, "before": page.older}
        return JsonResponse(
            {
                "images": [_describe(image) for image in page.images],
                "next": urlencode(following) if page.older else "",
            }
        )


def _refusal(request: HttpRequest, is_allowed: bool, what: str) -> JsonResponse | None:
    """Not the login page, which no script can read."""
    if not request.user.is_authenticated:
        words, status = "You are signed out. Log in in another tab.", HTTPStatus.UNAUTHORIZED
    elif not (request.user.is_active and request.user.is_staff and is_allowed):
        words, status = f"Your account may not {what}.", HTTPStatus.FORBIDDEN
    else:
        return None
    return JsonResponse({"errors": {"__all__": [words]}}, status=status)


def _describe(image: Image) -> dict[str, Any]:
    return {
        "id": image.pk,
        "url": image.media_path,
        "markdown": library.markdown_of(image),
        "thumbnail": renditions.thumbnail_url(image),
        "width": image.width,
        "height": image.height,
        "alt_text": image.alt_text,
    }
