"""The library of pictures: a wall of thumbnails, and a page for each with its focal point and use.

What some revision has stays as it is; of such a picture the page only shows and tells.
"""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST

from blog import library, renditions
from blog.admin.image_endpoints import PicturesForTheDesk
from blog.admin.image_form import ImageForm
from blog.admin_theme import ModelForm, actor, desk_url
from blog.models import Image

_PAGE = 60
_SHOWN_POSTS = 20
# The tabs above the wall, by the word in the address.
_WHICH = {"": "All", "unused": "Not used", "problem": "With a problem"}
_WORDS = ["alt_text", "is_decorative", "caption"]
_RIGHTS = ("Rights", {"fields": ["credit", "licence", "source_url", "is_ai_generated"]})


@admin.register(Image)
class ImageAdmin(PicturesForTheDesk):
    """Pictures, with what a reader and a lawyer need to know of each."""

    form = ImageForm
    # For the fields in which a picture is chosen.
    search_fields = ["alt_text", "caption", "credit"]

    class Media:
        css = {"all": ["blog/admin/images.css"]}
        js = ["blog/admin/images.js"]

    def get_urls(self) -> list[URLPattern]:
        """With the way to have the copies made again."""
        view = require_POST(self.admin_site.admin_view(self.make_copies_view))
        again = path("<int:pk>/copies/", view, name="blog_image_copies")
        return [again, *super().get_urls()]

    def get_fieldsets(self, request: HttpRequest, obj: Image | None = None) -> Any:
        """A new picture brings its file; one that is there has a point to look at."""
        if obj is None:
            return [(None, {"fields": ["file", *_WORDS]}), _RIGHTS]
        focal = ("Focal point", {"fields": [("focal_x", "focal_y")]})
        return [focal, ("Words", {"fields": _WORDS}), _RIGHTS]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show a page of thumbnails, the newest first."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        words, which = request.GET.get("q", ""), request.GET.get("which", "")
        before = request.GET.get("before", "")
        page = library.page_of(words=words, which=which, before=before, size=_PAGE)
        context = {
            "title": "Images",
            "opts": self.opts,
            "media": self.media,
            "tiles": [_tile(image) for image in page.images],
            "older": page.older,
            "tabs": [(key, label, key == which) for key, label in _WHICH.items()],
            "words": words,
            "which": which,
            "before": before,
            "has_add_permission": self.has_add_permission(request),
        }
        context |= self.admin_site.each_context(request) | (extra_context or {})
        return TemplateResponse(request, "admin/blog/image/wall.html", context)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """With the picture itself, where it is used, and its copies."""
        image = self.get_object(request, object_id)
        context = self._around(request, image) if image else {}
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    def _around(self, request: HttpRequest, image: Image) -> dict[str, Any]:
        posts = list(library.posts_with(image)[: _SHOWN_POSTS + 1])
        record = renditions.Record.read(image.renditions)
        return {
            "title": image.alt_text or "Decorative picture",
            "subtitle": None,
            "image": image,
            "shown": renditions.show(image),
            "record": record,
            "copies": _copies(image, record),
            "posts": [(post, desk_url(post.pk)) for post in posts[:_SHOWN_POSTS]],
            "has_more_posts": len(posts) > _SHOWN_POSTS,
            "may_change": super().has_change_permission(request),
            "another": urlencode({k: v for k, v in library.words_of(image).items() if v}),
        }

    def make_copies_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Have a picture's copies made again; also of one that is used, whose words stay."""
        if not super().has_change_permission(request):
            raise PermissionDenied
        library.make_copies(get_object_or_404(Image, pk=pk))
        messages.info(request, "A worker makes the smaller copies now. Reload in a few seconds.")
        return redirect("admin:blog_image_change", pk)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Say it in words when a post took the picture meanwhile."""
        try:
            return super().delete_view(request, object_id, extra_context)
        except IntegrityError:
            messages.error(request, "A post shows this picture by now, so it stays.")
            return redirect("admin:blog_image_change", object_id)

    def has_change_permission(self, request: HttpRequest, obj: Image | None = None) -> bool:
        """Readers get what was approved: what a post has is changed by uploading another."""
        return super().has_change_permission(request, obj) and not _is_used(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Image | None = None) -> bool:
        """Only what no post has."""
        return super().has_delete_permission(request, obj) and not _is_used(obj)

    def save_model(
        self, request: HttpRequest, obj: Image, form: ModelForm[Image], change: bool
    ) -> None:
        """By the library's own doors."""
        if change:
            moved = {"focal_x", "focal_y"} & set(form.changed_data)
            library.keep_changes(obj, is_moved=bool(moved))
            return
        kept = library.add_image(obj.file.file, **library.words_of(obj), by=actor(request))
        obj.pk = kept.pk
        obj.refresh_from_db()


def _tile(image: Image) -> dict[str, Any]:
    record = renditions.Record.read(image.renditions)
    return {
        "image": image,
        "thumbnail": renditions.thumbnail_url(image),
        "problem": record.problem if not record.again_at else "",
        "is_waiting": not record.copies and (record.again_at or not record.problem),
    }


def _copies(image: Image, record: renditions.Record) -> list[dict[str, Any]]:
    """What there is beside the original, in words."""
    uses = [(copy, "") for copy in record.copies]
    uses += [(copy, "old browsers, feeds") for copy in (record.fallback,) if copy]
    uses += [(copy, "share image") for copy in (record.share,) if copy]
    url = image.file.storage.url
    return [{"copy": copy, "use": use, "url": url(copy.name)} for copy, use in uses]


def _is_used(image: Image | None) -> bool:
    return isinstance(image, Image) and image.is_used
