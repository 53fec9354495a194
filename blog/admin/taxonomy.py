"""Bylines, shelves and subjects."""

from typing import Any

from django.contrib import admin
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Func, IntegerField, OuterRef, QuerySet, Value
from django.http import HttpRequest

from blog.admin_theme import ModelAdmin, display
from blog.counting import BOUND, Count
from blog.models import Author, Category, Post, Tag


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
