"""What the pages around one post have in common: who may come in, and what stands at their head."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.template.response import TemplateResponse

from blog.admin import states
from blog.admin_theme import ModelAdmin, desk_url
from blog.models import Post


class PostPages(ModelAdmin[Post]):
    """An admin of posts with pages of its own beside the form."""

    def find(self, request: HttpRequest, post_id: int, *, to_change: bool = False) -> Post:
        """Return the post. Raises Http404, PermissionDenied for who may not see or change it."""
        rows = Post.objects.select_related(
            *("latest_revision__author", "latest_revision__category", "latest_revision__cover"),
            *("approved_revision", "update_revision"),
        )
        post = rows.filter(pk=post_id, latest_revision__isnull=False).first()
        check = self.has_change_permission if to_change else self.has_view_permission
        if not check(request, post):
            raise PermissionDenied
        if post is None:
            raise Http404
        return post

    def page(
        self, request: HttpRequest, post: Post, name: str, *, status: int = 200, **context: Any
    ) -> TemplateResponse:
        """Answer with the template `name` of the post's pages."""
        common = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "original": post,
            "post": post,
            "latest": post.latest_revision,
            "title": post.latest_revision.title if post.latest_revision else post.title,
            "state": states.state_of(post),
            "seen_by_readers": states.seen_by_readers(post),
            "desk_url": desk_url(post.pk),
            "may_change": self.has_change_permission(request, post),
        }
        template = f"admin/blog/post/{name}.html"
        return TemplateResponse(request, template, common | context, status=status)
