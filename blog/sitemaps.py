"""What search engines should know of; the queryset alone says what is public."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import Model
from django.urls import reverse

from blog.models import Author, Category, Post, Tag
from blog.querysets import PostQuerySet


class _OwnSitemap(Sitemap):  # type: ignore[type-arg]  # not generic at run time
    """Addresses begin with SITE_URL, whatever host the request named."""

    limit = 10_000

    def get_protocol(self, protocol: str | None = None) -> str:  # noqa: ARG002
        return urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site: Any = None) -> str:  # noqa: ARG002
        return urlsplit(settings.SITE_URL).netloc


class PostSitemap(_OwnSitemap):
    """Every public post."""

    def items(self) -> PostQuerySet:
        shown = "slug", "publish_at", "changed_at", "language", "kind"
        return Post.objects.published().newest_first().only(*shown)

    def lastmod(self, post: Post) -> datetime | None:
        return post.last_changed_at


class ShelfSitemap(_OwnSitemap):
    """The front page, the archive, and every category, author and tag with a public post."""

    def items(self) -> list[str]:
        public = Post.objects.published()
        shelves: list[Model] = [
            *Category.objects.filter(public.exist_for("category")),
            *Author.objects.filter(public.exist_for("author")),
            *Tag.objects.filter(public.exist_for("tags")),
        ]
        places = [shelf.get_absolute_url() for shelf in shelves]  # type: ignore[attr-defined]
        return [reverse("blog:home"), reverse("blog:archive"), *places]

    def location(self, item: str) -> str:
        return item


SITEMAPS = {"posts": PostSitemap, "shelves": ShelfSitemap}
