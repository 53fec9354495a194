"""What a feed is about: the whole site, or one of its shelves, in the language of its address."""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from blog import languages, seo
from blog.models import Author, Category, Post, Tag
from blog.querysets import PostQuerySet


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What a feed says of itself. `kind` and `slug` are those of its address."""

    kind: str
    slug: str = ""
    key: str
    title: str
    description: str
    page: str
    posts: PostQuerySet

    def url(self, form: str) -> str:
        """Return the whole address of the feed in a format: rss, atom or json."""
        name = f"blog:{self.kind}-feed-{form}" if self.slug else f"blog:feed-{form}"
        return seo.absolute(reverse(name, args=[self.slug] if self.slug else []))


def of_site() -> Subject:
    """The whole site."""
    return Subject(
        kind="site",
        key="posts",
        title=settings.SITE_NAME,
        description=languages.tagline(),
        page=seo.absolute(reverse("blog:home")),
        posts=_public(),
    )


def of_category(slug: str) -> Subject:
    """A category. Raises Http404."""
    category = get_object_or_404(Category, slug=slug)
    posts = _public().filter(category=category)
    return _of_shelf("category", category, category.name, category.description, posts)


def of_tag(slug: str) -> Subject:
    """A tag with a public post. Raises Http404."""
    known = Tag.objects.filter(Post.objects.published().exist_for("tags"))
    tag = get_object_or_404(known, slug=slug)
    title = _("Tagged “%(name)s”") % {"name": tag.name}
    return _of_shelf("tag", tag, title, "", _public().filter(tags=tag))


def of_author(slug: str) -> Subject:
    """An author with a public post. Raises Http404."""
    known = Author.objects.filter(Post.objects.published().exist_for("author"))
    author = get_object_or_404(known, slug=slug)
    posts = _public().filter(author=author)
    return _of_shelf("author", author, author.name, author.bio, posts)


SUBJECTS: dict[str, Callable[..., Subject]] = {
    "site": of_site,
    "category": of_category,
    "tag": of_tag,
    "author": of_author,
}


def _of_shelf(
    kind: str, shelf: Category | Tag | Author, title: str, about: str, posts: PostQuerySet
) -> Subject:
    return Subject(
        kind=kind,
        slug=shelf.slug,
        key=f"{kind}-{shelf.pk}",
        title=f"{title} · {settings.SITE_NAME}",
        description=about or languages.tagline(),
        page=seo.absolute(shelf.get_absolute_url()),
        posts=posts,
    )


def _public() -> PostQuerySet:
    return Post.objects.for_readers(languages.current())
