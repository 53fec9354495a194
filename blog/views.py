"""The public pages: each names its posts in the words of the queryset and says what it is about.

They never look at the session, so that one answer serves everybody; `blog.reading` says how long.
"""

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from http import HTTPStatus
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from blog import (
    composing,
    contents,
    cover_art,
    languages,
    missing,
    paging,
    periods,
    rendering,
    renditions,
    search,
    seo,
)
from blog.models import Author, Category, Image, Post, Tag
from blog.querysets import PostQuerySet
from blog.reading import for_readers


@method_decorator(for_readers, name="dispatch")
class PublicPage(TemplateView):
    """A page that is the same for every reader."""

    template_engine = "jinja2"


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


class Archive(PublicPage):
    """Every month that has posts, by year."""

    template_name = "blog/archive.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the months of each year, newest first."""
        months = Post.objects.for_readers(languages.current()).months()
        meta = seo.for_list(
            _("Archive"), path=reverse("blog:archive"), description=_("Every post, by month.")
        )
        years = [(year, list(its)) for year, its in groupby(months, key=attrgetter("year"))]
        return super().get_context_data(years=years, meta=meta, **kwargs)


class ArchivePeriod(PostList):
    """The posts of a year or a month."""

    template_name = "blog/archive_period.html"
    page_size = 60

    def get_posts(self) -> PostQuerySet:
        """Return the public posts of the period; a period without any is no page."""
        year, month = self.kwargs["year"], self.kwargs.get("month")
        if not periods.is_period(year, month):
            raise Http404("There is no such month.")
        first = date(year, month or 1, 1)
        self.name = date_format(first, "YEAR_MONTH_FORMAT" if month else "Y")
        self.extra_context = {"title": self.name, "year": year, "month": month}
        return super().get_posts().in_period(year, month)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the posts by month; refuse a period without any."""
        if not kwargs["page"].posts:
            raise Http404("Nothing was published then.")
        months = groupby(kwargs["page"].posts, key=_month_of)
        return super().get_context_data(
            months=[(name, list(posts)) for name, posts in months], **kwargs
        )

    def get_meta(self) -> seo.Meta:
        """Return the head of the period's page."""
        year = self.kwargs["year"]
        above = [(_("Archive"), reverse("blog:archive"))]
        if "month" in self.kwargs:
            above.append((str(year), reverse("blog:archive-year", args=[year])))
        return seo.for_list(
            _("Archive: %(period)s") % {"period": self.name},
            path=self.request.path,
            description=_("Posts published in %(period)s.") % {"period": self.name},
            above=above,
        )


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


class Search(PublicPage):
    """What the whole text of the posts says about the reader's words."""

    template_name = "blog/search.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the page of results that the query names."""
        asked = self.request.GET
        number = asked.get("page", "")
        results = search.search(
            asked.get("q", ""),
            number=int(number) if re.fullmatch("[0-9]{1,4}", number) else 1,
            filters=search.Filters(
                category=asked.get("category", ""),
                tag=asked.get("tag", ""),
                year=asked.get("year", ""),
            ),
        )
        title = _("Search: %(words)s") % {"words": results.words} if results.words else _("Search")
        meta = seo.for_page(title, path=reverse("blog:search"))
        return super().get_context_data(results=results, meta=meta, **kwargs)

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """Answer; a search that was given up may succeed later."""
        status = HTTPStatus.SERVICE_UNAVAILABLE if context["results"].took_too_long else None
        return super().render_to_response(context, status=status, **kwargs)


def _public_post(slug: str, *, language: str) -> Post:
    def compose(slug: str, now: datetime) -> PostQuerySet:
        return Post.objects.for_readers(language, now).in_full().filter(slug=slug)

    found = composing.rows(("post", language), compose, slug=slug, now=timezone.now())
    if not found:
        raise Http404("There is no such post.")
    return found[0]


def _month_of(post: Post) -> str:
    assert post.publish_at is not None  # noqa: S101 (it is public)
    return date_format(timezone.localtime(post.publish_at), "YEAR_MONTH_FORMAT")


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


def show_cover_art(_request: HttpRequest, family: int, seed: str) -> HttpResponse:
    """Answer with the drawing for a post without a cover picture; it never changes."""
    response = HttpResponse(cover_art.draw(family, seed), content_type="image/svg+xml")
    response["Cache-Control"] = "public, max-age=604800"
    return response


def show_robots(_request: HttpRequest) -> HttpResponse:
    """Tell crawlers what is not for them, and where the sitemap is."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in ("/admin/", "/api/", "/preview/", "/search/")),
        "",
        f"Sitemap: {seo.absolute(reverse('files:sitemap'))}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
