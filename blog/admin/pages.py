"""Pages beside the posts, such as "About": written like posts, with a place in the menu."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from blog.admin.post_form import PageForm
from blog.admin.posts import LANGUAGE, SEARCH_ENGINES, TEXT, PostAdmin
from blog.models import Page, Post


@admin.register(Page)
class PageAdmin(PostAdmin):
    """The same rows as posts, of the other kind; whoever may write posts may write pages."""

    form = PageForm
    kind = Post.Kind.PAGE
    list_display = ["title", "state", "language", "menu_position", "updated_at"]
    list_filter = ["status", "language"]
    autocomplete_fields = ["author", "cover", "translation_of"]
    fieldsets = [
        (None, {"fields": [*TEXT]}),
        ("On the blog", {"fields": ["author", "cover", "slug", "menu_position"]}),
        ("Language", {"fields": [*LANGUAGE]}),
        ("Search engines", {"fields": [*SEARCH_ENGINES]}),
    ]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may see posts."""
        return request.user.has_perm("blog.view_post")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Whoever may write posts."""
        return request.user.has_perm("blog.add_post")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may edit posts."""
        return request.user.has_perm("blog.change_post")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may delete posts."""
        return request.user.has_perm("blog.delete_post")

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whoever may see posts."""
        return self.has_view_permission(request)
