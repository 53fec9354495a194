"""Bylines, shelves, subjects and pictures."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

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
class ImageAdmin(ModelAdmin[Image]):
    """Pictures, with what a reader and a lawyer need to know."""

    list_display = ["thumbnail", "alt_text", "size", "credit", "licence", "created_at"]
    list_display_links = ["thumbnail", "alt_text"]
    search_fields = ["alt_text", "caption", "credit"]
    readonly_fields = ["size"]
    fieldsets = [
        (None, {"fields": ["file", "alt_text", "is_decorative", "caption"]}),
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

    def save_model(
        self, request: HttpRequest, obj: Image, form: ModelForm[Image], change: bool
    ) -> None:
        """Remember who brought it."""
        if not change and request.user.is_authenticated:
            obj.uploaded_by = request.user
        super().save_model(request, obj, form, change)
