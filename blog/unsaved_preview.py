"""What is being typed as readers would see it: the public page of a text that nobody saved."""

from typing import Any

from csp.constants import SELF
from csp.decorators import csp_replace
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils import translation
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST

from blog import languages, rendering, seo, showing
from blog.admin.post_form import PageForm, PostForm
from blog.models import Author, Post
from blog.preview import never_kept
from blog.views import describe


# The admin shows the page in a sandboxed frame.
@csp_replace({"frame-ancestors": [SELF]})
@xframe_options_sameorigin
@never_kept
@require_POST
def show_unsaved(request: HttpRequest) -> HttpResponse:
    """Answer with the public page of what the editing form holds; nothing is kept of it.

    Beside the form's fields, `post` is the id of the post, if it has one, else `kind` says what
    it would be. Whoever may save it may see it.
    """
    permission = "blog.change_post" if request.POST.get("post") else "blog.add_post"
    if not (getattr(request.user, "is_staff", False) and request.user.has_perm(permission)):
        raise PermissionDenied
    post, tags = _typed(request.POST)
    template = "blog/page.html" if post.kind == Post.Kind.PAGE else "blog/post.html"
    with translation.override(languages.home_of(post.language)):
        context = describe(post, seo.for_post(post)) | {"tags": tags}
        return render(request, template, context, using="jinja2")


def _typed(data: QueryDict) -> tuple[Post, Any]:
    """Return the post as it was typed, in memory, and its tags."""
    post = _stored(data.get("post", "")) or Post(kind=data.get("kind", Post.Kind.POST))
    form = (PageForm if post.kind == Post.Kind.PAGE else PostForm)(data, instance=post)
    # Puts on the post whatever can be used of it; the rest stays as it was saved.
    form.is_valid()
    post.title = form.cleaned_data.get("title") or "Untitled"
    post.slug = form.cleaned_data.get("slug") or "untitled"
    post.body_html = rendering.render_markdown(post.body)
    if not post.author_id:
        post.author = Author(name="Nobody yet", slug="nobody-yet")
    # Relations can only be asked for by a post with an id; none has this one.
    post.pk = post.pk or 0
    return post, form.cleaned_data.get("tags", [])


def _stored(pk: str) -> Post | None:
    if not pk:
        return None
    posts = Post.objects.select_related("latest_revision")
    post = get_object_or_404(posts, pk=pk if pk.isdecimal() else None)
    return showing.overlay(post, post.latest_revision) if post.latest_revision else post
