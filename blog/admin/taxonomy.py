"""Bylines, shelves, subjects and pictures."""

from typing import Any

from django.contrib import admin
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Func, IntegerField, OuterRef, QuerySet, Value
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from blog.admin_theme import ModelAdmin, ModelForm, display
from blog.counting import BOUND, Count
from blog.models import Author, Category, Image, Post, Tag


class CountsPosts(ModelAdmin[Any]):
    """A list that says how many posts each row has, as far as anybody wants to know."""

    # A page of such rows counts no more than a list of posts does.
    counted_up_to = BOUND // ModelAdmin.list_per_page

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the number of posts, in one query, whose rows an index counts up to the bound."""
        relation = self.model._meta.get_field("posts").remote_field
        posts = Post.tags.through._default_manager if relation.many_to_many else Post.objects
        name = "tag" if relation.many_to_many else relation.name
        # In no order: the index that finds them need not even look at the rows.
        its = posts.filter(**{name: OuterRef("pk")}).order_by()
        some = its.values_list(Value(1))[: self.counted_up_to + 1]
        counted = Func(ArraySubquery(some), function="cardinality", output_field=IntegerField())
        rows: QuerySet[Any] = super().get_queryset(request).annotate(post_count=counted)
        return rows

    @display(description="Posts")
    def counted(self, row: Any) -> str:
        """How many posts it has, live or not."""
        bound = self.counted_up_to
        return str(Count(min(row.post_count, bound), is_more=row.post_count > bound))


@admin.register(Author)
class AuthorAdmin(CountsPosts):
    """Bylines."""

    list_display = ["name", "counted", "user"]
    list_select_related = ["user"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}
    autocomplete_fields = ["user"]


@admin.register(Category)
class CategoryAdmin(CountsPosts):
    """Shelves, in the order of the navigation."""

    list_display = ["name", "counted", "position"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(Tag)
class TagAdmin(CountsPosts):
    """Subjects."""

    list_display = ["name", "counted"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(Image)
class ImageAdmin(ModelAdmin[Image]):
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
