"""Bylines, shelves and subjects."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from blog.admin_theme import ModelAdmin, display
from blog.models import Author, Category, Tag


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
