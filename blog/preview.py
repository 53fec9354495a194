"""A revision as readers would see it, for the staff or by a link; never kept, never indexed."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_replace
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.utils.decorators import method_decorator
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.generic import View

from blog import languages, preview_links, seo, showing
from blog.models import Post, Revision, Tag
from blog.views import describe

_PUBLIC_TEMPLATES = {Post.Kind.POST: "blog/post.html", Post.Kind.PAGE: "blog/page.html"}


def never_kept(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Return `view` with answers, refusals too, that no cache keeps and no index holds."""

    @wraps(view)
    def answer(*args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(*args, **kwargs)
        patch_cache_control(response, private=True, no_store=True)
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return answer


# The admin shows the page in a sandboxed frame.
@method_decorator(csp_replace({"frame-ancestors": [SELF]}), name="dispatch")
@method_decorator(xframe_options_sameorigin, name="dispatch")
@method_decorator(never_kept, name="dispatch")
class Preview(PermissionRequiredMixin, View):
    """A post's latest revision on the public template, or the one that the query names."""

    permission_required = "blog.view_post"

    def has_permission(self) -> bool:
        """Allow the staff who may see posts in the admin."""
        return bool(getattr(self.request.user, "is_staff", False)) and super().has_permission()

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Show the revision."""
        post = get_object_or_404(Post, pk=pk)
        number = request.GET.get("revision", "")
        if number and not (number.isascii() and number.isdigit() and len(number) < 10):
            raise Http404("There is no such revision.")
        rows = post.revisions.filter(number=number) if number else post.revisions.all()
        revision = rows.order_by("-number").first()
        if revision is None:
            raise Http404("There is no such revision.")
        return show(request, post, revision)


@method_decorator(never_kept, name="dispatch")
class SharedPreview(View):
    """What a preview link opens: the latest revision, on the public template, for anybody."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Tell no site that a reader goes to next by which address they came."""
        response = super().dispatch(request, *args, **kwargs)
        response["Referrer-Policy"] = "no-referrer"
        return response

    def get(self, request: HttpRequest, token: str) -> HttpResponseBase:
        """Show the post, or that the link opens nothing."""
        try:
            link = preview_links.opened(token)
        except preview_links.LinkClosed:
            closed = "blog/preview_link_closed.html"
            return TemplateResponse(request, closed, status=HTTPStatus.NOT_FOUND, using="jinja2")
        revision = link.post.latest_revision
        assert revision is not None  # noqa: S101 (an open link has one)
        # Without a head that tells machines where the post will be.
        return show(request, link.post, revision, meta=None, open_until=link.expires_at)


def show(request: HttpRequest, post: Post, revision: Revision, **context: Any) -> HttpResponseBase:
    """Answer with the revision laid over its post, in memory, in the language of its text."""
    showing.overlay(post, revision)
    described = describe(post, seo.for_post(post)) | {
        "tags": Tag.objects.filter(pk__in=revision.tag_ids),
        "preview_of": revision,
        "public_template": _PUBLIC_TEMPLATES[Post.Kind(post.kind)],
    }
    with translation.override(languages.home_of(post.language)):
        return TemplateResponse(
            request, "blog/preview.html", described | context, using="jinja2"
        ).render()
