"""Each post and page as Markdown, at its address with `.md`: for readers that are programs."""

from typing import Any

import yaml
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from blog import disclosure, elsewhere, languages, rendering, seo
from blog.models import Post
from blog.querysets import PostQuerySet
from blog.reading import for_readers


@for_readers
def show_post(_request: HttpRequest, slug: str) -> HttpResponse:
    """Answer with a post as Markdown, where its page would be shown."""
    return _show(Post.objects.for_readers(languages.current()), slug)


@for_readers
def show_page(_request: HttpRequest, slug: str) -> HttpResponse:
    """Answer with a page as Markdown, where it would be shown."""
    return _show(Post.objects.published().pages().in_language(languages.current()), slug)


def path_of(post: Post) -> str:
    """Return the path of `post` as Markdown."""
    return post.get_absolute_url().rstrip("/") + ".md"


def write(post: Post) -> str:
    """Return `post` as Markdown, with a block in front that says what it is."""
    front = yaml.safe_dump(_front(post), allow_unicode=True, sort_keys=False, width=1_000)
    body = elsewhere.markdown_of(post, elsewhere.pictures_in([post]))
    return rendering.storable(f"---\n{front}---\n\n# {_line(post.title)}\n\n{body.rstrip()}\n")


def _show(posts: PostQuerySet, slug: str) -> HttpResponse:
    post = get_object_or_404(posts.in_full(), slug=slug)
    response = HttpResponse(write(post), content_type="text/markdown; charset=utf-8")
    response["Link"] = f'<{seo.for_post(post).canonical}>; rel="canonical"'
    # The page is what people should find.
    response["X-Robots-Tag"] = "noindex"
    return response


def _front(post: Post) -> dict[str, Any]:
    published, changed = post.publish_at, post.last_changed_at
    front = {
        "title": _line(post.title),
        "description": _line(post.summary),
        "url": seo.absolute(post.get_absolute_url()),
        "author": _line(post.author.name),
        "published": published and published.isoformat(timespec="seconds"),
        "updated": changed and changed.isoformat(timespec="seconds"),
        "language": post.language,
        "category": _line(post.category.name) if post.category else None,
        "tags": [_line(tag.name) for tag in post.tags.all()],
        "image": seo.absolute(post.cover.file.url) if post.cover else None,
        "disclosure": disclosure.note(post),
        "licence": settings.CONTENT_LICENCE,
        "site": f"{settings.SITE_NAME}, {seo.absolute(reverse('blog:home'))}",
    }
    return {name: value for name, value in front.items() if value}


def _line(words: str) -> str:
    return " ".join(rendering.storable(words).split())
