"""Pictures for the writing desk: one comes in with its words, or one of the library is chosen."""

from http import HTTPStatus

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET, require_POST

from blog.admin_theme import ModelAdmin, actor
from blog.models import Image

_PAGE = 24
_TYPED = ["alt_text", "caption", "credit", "licence", "source_url"]


class PicturesForTheDesk(ModelAdmin[Image]):
    """The two doors."""

    def get_urls(self) -> list[URLPattern]:
        """With the doors."""
        doors = [("upload", require_POST(self.upload_view)), ("pick", require_GET(self.pick_view))]
        return [
            *(
                path(f"{name}/", self.admin_site.admin_view(view), name=f"blog_image_{name}")
                for name, view in doors
            ),
            *super().get_urls(),
        ]

    def upload_view(self, request: HttpRequest) -> JsonResponse:
        """Keep a new picture; 400 says what is wrong with it, by field."""
        if not self.has_add_permission(request):
            errors = {"__all__": ["Your account may not add pictures."]}
            return JsonResponse({"errors": errors}, status=HTTPStatus.FORBIDDEN)
        image = Image(
            file=request.FILES.get("file"),
            is_decorative=request.POST.get("is_decorative") in ("on", "true", "1"),
            uploaded_by=actor(request),
            **{name: request.POST.get(name, "") for name in _TYPED},
        )
        try:
            image.full_clean()
        except ValidationError as refused:
            errors = refused.message_dict
            return JsonResponse({"errors": errors}, status=HTTPStatus.BAD_REQUEST)
        image.save()
        return JsonResponse(_describe(image), status=HTTPStatus.CREATED)

    def pick_view(self, request: HttpRequest) -> JsonResponse:
        """Answer with the newest pictures that match `q`, and where the older ones are."""
        if not self.has_view_permission(request):
            errors = {"__all__": ["Your account may not see pictures."]}
            return JsonResponse({"errors": errors}, status=HTTPStatus.FORBIDDEN)
        words, before = request.GET.get("q", ""), request.GET.get("before", "")
        rows = Image.objects.order_by("-pk").filter(
            Q(alt_text__icontains=words) | Q(caption__icontains=words) | Q(credit__icontains=words)
        )
        if before.isdecimal():
            rows = rows.filter(pk__lt=before)
        found = list(rows[: _PAGE + 1])
        page = found[:_PAGE]
        following = request.GET.copy()
        following["before"] = str(page[-1].pk) if page else ""
        older = following.urlencode() if len(found) > _PAGE else ""
        return JsonResponse({"images": [_describe(image) for image in page], "next": older})


def _describe(image: Image) -> dict[str, object]:
    words = image.alt_text.replace("[", "").replace("]", "")
    title = f' "{image.caption}"' if image.caption and '"' not in image.caption else ""
    return {
        "id": image.pk,
        "url": image.file.url,
        "thumbnail": image.file.url,
        "markdown": f"![{words}]({image.file.url}{title})",
        "width": image.width,
        "height": image.height,
        "alt_text": image.alt_text,
    }
