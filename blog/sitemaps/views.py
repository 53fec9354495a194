"""The addresses of the sitemap: its index, and its sections."""

from collections.abc import Iterable

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse

from blog import seo
from blog.reading import for_readers
from blog.sitemaps import posts, shelves
from blog.sitemaps.writing import Place, write_index, write_section


@for_readers
def show_index(_request: HttpRequest) -> HttpResponse:
    """Answer with the sections that there are."""
    urls = [
        seo.absolute(reverse("files:sitemap-shelves")),
        *_addresses("files:sitemap-posts", posts.sections()),
        *_addresses("files:sitemap-tags", shelves.tag_sections()),
    ]
    return _xml(write_index(urls))


@for_readers
def show_shelves(_request: HttpRequest) -> HttpResponse:
    """Answer with the front pages, archives, categories and authors."""
    return _section(shelves.places())


@for_readers
def show_posts(_request: HttpRequest, number: int) -> HttpResponse:
    """Answer with a section of posts and pages."""
    return _section(posts.places_in(_within_reason(number)))


@for_readers
def show_tags(_request: HttpRequest, number: int) -> HttpResponse:
    """Answer with a section of tags."""
    return _section(shelves.tags_in(_within_reason(number)))


urlpatterns = [
    path("sitemap.xml", show_index, name="sitemap"),
    path("sitemap-shelves.xml", show_shelves, name="sitemap-shelves"),
    path("sitemap-posts-<int:number>.xml", show_posts, name="sitemap-posts"),
    path("sitemap-tags-<int:number>.xml", show_tags, name="sitemap-tags"),
]


def _addresses(view: str, numbers: Iterable[int]) -> Iterable[str]:
    """Return the whole addresses of sections; the pattern is looked up once for hundreds."""
    beginning, end = seo.absolute(reverse(view, args=[0])).rsplit("0", 1)
    return (f"{beginning}{number}{end}" for number in numbers)


def _within_reason(number: int) -> int:
    # No id is larger than the database can count.
    if number > 10**12:
        raise Http404("There is no such section.")
    return number


def _section(places: Iterable[Place]) -> HttpResponse:
    places = list(places)
    if not places:
        raise Http404("There is no such section.")
    return _xml(write_section(places))


def _xml(text: str) -> HttpResponse:
    response = HttpResponse(text, content_type="application/xml; charset=utf-8")
    # A list of addresses is no page to be found.
    response["X-Robots-Tag"] = "noindex"
    return response
