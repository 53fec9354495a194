"""One post, or a page beside the posts, with what to read next."""

from datetime import datetime, timedelta
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from blog import composing, contents, languages, paging, rendering, renditions, seo
from blog.models import Image, Post
from blog.querysets import PostQuerySet
from blog.views.public import PublicPage


class PostPage(PublicPage):
    """One post, with what to read next."""

    template_name = "blog/post.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the post and its neighbours."""
        post = _public_post(self.kwargs["slug"], language=languages.current())
        neighbours = paging.neighbours_of(post)
        described = describe(post, seo.for_post(post, neighbours.translations)) | {
            "neighbours": neighbours,
            "translations": neighbours.translations,
            "updated_at": post.last_changed_at if _is_worth_a_date(post) else None,
        }
        return super().get_context_data(**described, **kwargs)


class StandingPage(PublicPage):
    """A page beside the posts, such as "About"."""

    template_name = "blog/page.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the page."""
        public = Post.objects.published().pages().in_language(languages.current()).in_full()
        page = get_object_or_404(public, slug=self.kwargs["slug"])
        translations = list(Post.objects.published().translations_of(page))
        described = describe(page, seo.for_post(page, translations))
        described["translations"] = translations
        return super().get_context_data(**described, **kwargs)


def _public_post(slug: str, *, language: str) -> Post:
    def compose(slug: str, now: datetime) -> PostQuerySet:
        return Post.objects.for_readers(language, now).in_full().filter(slug=slug)

    found = composing.rows(("post", language), compose, slug=slug, now=timezone.now())
    if not found:
        raise Http404("There is no such post.")
    return found[0]


def _is_worth_a_date(post: Post) -> bool:
    # A correction within the hour is part of the publication.
    published, changed = post.publish_at, post.changed_at
    return bool(published and changed and changed - published > timedelta(hours=1))


def describe(post: Post, meta: seo.Meta) -> dict[str, Any]:
    """Return what the template of a post needs, for readers and in the preview."""
    images = Image.objects.shown_in(post.body_html)
    # Above a post's text stands its cover, above a page's nothing.
    is_page = post.kind == Post.Kind.PAGE
    return {
        "post": post,
        "body": renditions.with_pictures(post.body_html, images, first_is_eager=is_page),
        "tags": post.tags.all(),
        "meta": meta,
        "minutes": rendering.reading_minutes(post.body),
        "contents": contents.of_text(post.body_html),
        "neighbours": paging.Neighbours(),
        "translations": [],
        "updated_at": None,
    }
