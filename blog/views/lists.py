"""The front page, the shelves and what an author wrote: lists of posts, page by page."""

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from blog import languages, missing, paging, seo
from blog.models import Author, Category, Post, Tag
from blog.querysets import PostQuerySet
from blog.views.public import PublicPage


class PostList(PublicPage):
    """A page of a list of posts; subclasses say which, and what the page is about."""

    page_size = 12

    def get_posts(self) -> PostQuerySet:
        """Return the public posts of the list."""
        return Post.objects.for_readers(languages.current())

    def get_meta(self) -> seo.Meta:
        """Return the head of the page."""
        raise NotImplementedError

    def get(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """Answer with the page that the query names; the first one has a single address."""
        before, after = request.GET.get("before", ""), request.GET.get("after", "")
        try:
            page = self.get_page(before, after)
        except paging.CursorInvalid as invalid:
            raise Http404("There is no such page.") from invalid
        if page.is_first and after:
            return redirect(request.path)
        query = f"before={before}" if before else f"after={after}"
        meta = self._place(self.get_meta(), page, query)
        return self.render_to_response(self.get_context_data(page=page, meta=meta))

    def _place(self, meta: seo.Meta, page: paging.Page, query: str) -> seo.Meta:
        """The head for one page of the list; search engines need none without posts."""
        own = meta.canonical if page.is_first else f"{meta.canonical}?{query}"
        return replace(meta, canonical=own, is_indexed=bool(page.posts))

    def get_page(self, before: str, after: str) -> paging.Page:
        """Return the page that these cursors name. Raises CursorInvalid."""
        size = self.page_size if before or after else self.first_page_size
        posts = self.get_posts().for_cards()
        return paging.page_of(posts, before=before, after=after, size=size)

    @property
    def first_page_size(self) -> int:
        """How many posts the first page shows."""
        return self.page_size


class Home(PostList):
    """The front page: the newest post large, the others in a grid."""

    template_name = "blog/home.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer with the page, unless the query is an old address of another one."""
        return missing.answer_old_query(request) or super().get(request, *args, **kwargs)

    def get_page(self, before: str, after: str) -> paging.Page:
        """Return a page of all posts."""
        if before or after:
            return super().get_page(before, after)
        return paging.newest(languages.current(), size=self.first_page_size)

    @property
    def first_page_size(self) -> int:
        """One large and full rows of three."""
        return 10

    def get_meta(self) -> seo.Meta:
        """Return the head of the front page."""
        return seo.for_home()


class CategoryPage(PostList):
    """The posts of a category."""

    template_name = "blog/shelf.html"

    def get_posts(self) -> PostQuerySet:
        """Return the category's public posts."""
        self.category = get_object_or_404(Category, slug=self.kwargs["slug"])
        self.extra_context = {
            "kind": _("Category"),
            "title": self.category.name,
            "feeds_of": "blog:category",
            "slug": self.category.slug,
            "description": self.category.description,
        }
        return super().get_posts().filter(category=self.category)

    def get_meta(self) -> seo.Meta:
        """Return the head of the category's page."""
        name = self.category.name
        return seo.for_list(
            name,
            path=self.category.get_absolute_url(),
            description=self.category.description or _("Posts about %(name)s.") % {"name": name},
        )


class TagPage(PostList):
    """The posts with a tag."""

    template_name = "blog/shelf.html"

    def get_posts(self) -> PostQuerySet:
        """Return the tag's public posts."""
        known = Tag.objects.filter(Post.objects.published().exist_for("tags"))
        self.tag = get_object_or_404(known, slug=self.kwargs["slug"])
        self.extra_context = {
            "kind": _("Tag"),
            "title": self.tag.name,
            "feeds_of": "blog:tag",
            "slug": self.tag.slug,
            "description": "",
        }
        return super().get_posts().filter(tags=self.tag)

    def get_meta(self) -> seo.Meta:
        """Return the head of the tag's page."""
        name = {"name": self.tag.name}
        return seo.for_list(
            _("Tagged “%(name)s”") % name,
            path=self.tag.get_absolute_url(),
            description=_("Posts tagged “%(name)s”.") % name,
        )


class AuthorPage(PostList):
    """Who an author is, and what they wrote."""

    template_name = "blog/author.html"

    def get_posts(self) -> PostQuerySet:
        """Return the author's public posts."""
        known = Author.objects.filter(Post.objects.published().exist_for("author"))
        self.author = get_object_or_404(known, slug=self.kwargs["slug"])
        self.extra_context = {
            "author": self.author,
            "feeds_of": "blog:author",
            "slug": self.author.slug,
        }
        return super().get_posts().filter(author=self.author)

    def get_meta(self) -> seo.Meta:
        """Return the head of the author's page."""
        return seo.for_author(self.author)
