"""Bylines, shelves, subjects and pictures."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from blog.admin.image_endpoints import PicturesForTheDesk
from blog.admin_theme import ModelAdmin, ModelForm, display
from blog.models import Author, Category, Image, Tag


class CountsPosts(ModelAdmin[Any]):
    """A list that says how many posts each row has."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the number of posts, in one query."""
        rows: QuerySet[Any] = super().get_queryset(request).annotate(post_count=Count("posts"))
        return rows

    @display(description="Posts", ordering="post_count")
    def posts(self, row: Any) -> int:
        """How many posts it has, live or not."""
        count: int = row.post_count
        return count


@admin.register(Author)
class AuthorAdmin(CountsPosts):
    """Bylines."""

    list_display = ["name", "posts", "user"]
    list_select_related = ["user"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}
    autocomplete_fields = ["user"]


@admin.register(Category)
class CategoryAdmin(CountsPosts):
    """Shelves, in the order of the navigation."""

    list_display = ["name", "posts", "position"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(Tag)
class TagAdmin(CountsPosts):
    """Subjects."""

    list_display = ["name", "posts"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(Image)
class ImageAdmin(PicturesForTheDesk):
    """Pictures, with what a reader and a lawyer need to know; one that a post has is only shown."""

    list_display = ["thumbnail", "alt_text", "size", "credit", "licence", "created_at"]
    list_display_links = ["thumbnail", "alt_text"]
    search_fields = ["alt_text", "caption", "credit"]
    readonly_fields = ["size", "use"]
    fieldsets = [
        (None, {"fields": ["use", "file", "alt_text", "is_decorative", "caption"]}),
        ("Rights", {"fields": ["credit", "licence", "source_url", "size"]}),
    ]

    @display(description="Picture")
    def thumbnail(self, image: Image) -> SafeString:
        """The picture, small; the address is escaped."""
        return format_html(
            '<img class="ab-thumbnail" src="{}" alt="" loading="lazy">', image.file.url
        )

    @display(description="Size")
    def size(self, image: Image) -> str:
        """Width and height in pixels."""
        return f"{image.width} × {image.height} px" if image.width else "—"

    @display(description="Use")
    def use(self, image: Image) -> str:
        """Whether it may still change, in words."""
        if image.pk and image.is_used:
            return "A post has it, so it stays as it is. To change something, upload another."
        return "No post has it yet; from then on it stays as it is."

    def has_change_permission(self, request: HttpRequest, obj: Image | None = None) -> bool:
        """Readers get what was approved: what a post has is changed by uploading another."""
        allowed = super().has_change_permission(request, obj)
        return allowed and not (isinstance(obj, Image) and obj.is_used)

    def save_model(
        self, request: HttpRequest, obj: Image, form: ModelForm[Image], change: bool
    ) -> None:
        """Remember who brought it."""
        if not change and request.user.is_authenticated:
            obj.uploaded_by = request.user
        super().save_model(request, obj, form, change)
