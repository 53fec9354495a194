"""The latest revision as readers would see it, for the staff alone; never kept, never indexed."""

from typing import Any

from csp.constants import SELF
from csp.decorators import csp_replace
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.utils.decorators import method_decorator
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.generic import TemplateView

from blog import languages, revisions, seo
from blog.models import Post, Tag
from blog.views import describe


# The admin shows the page in a sandboxed frame.
@method_decorator(csp_replace({"frame-ancestors": [SELF]}), name="dispatch")
@method_decorator(xframe_options_sameorigin, name="dispatch")
class Preview(PermissionRequiredMixin, TemplateView):
    """A post's latest revision on the public template."""

    template_name = "blog/post.html"
    permission_required = "blog.view_post"

    def has_permission(self) -> bool:
        """Allow the staff who may see posts in the admin."""
        return bool(getattr(self.request.user, "is_staff", False)) and super().has_permission()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Forbid every cache and every index, also for refusals."""
        response = super().dispatch(request, *args, **kwargs)
        patch_cache_control(response, private=True, no_store=True)
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the post with its latest revision laid over it, in memory."""
        saved = Post.objects.filter(latest_revision__isnull=False)
        post = get_object_or_404(
            saved.select_related("latest_revision__author", "latest_revision__category"),
            pk=self.kwargs["pk"],
        )
        revision = post.latest_revision
        assert revision is not None  # noqa: S101 (the filter above)
        revisions.overlay(post, revision)
        # As readers get it: around the text, the site speaks its language.
        translation.activate(languages.home_of(post.language))
        tags = Tag.objects.filter(pk__in=revision.tag_ids)
        context = describe(post, seo.for_post(post)) | {"tags": tags}
        return super().get_context_data(preview_of=revision, **context, **kwargs)
