"""llms.txt: what the site is and where its texts are, for programs that read for somebody."""

from collections.abc import Iterable, Iterator

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation

from blog import languages, markdown_pages, rendering, seo
from blog.models import Category, Post
from blog.reading import for_readers
from blog.shelves import known_in

_NEWEST = 50
_BRACKETS = str.maketrans({"[": "(", "]": ")"})


@for_readers
def show(_request: HttpRequest) -> HttpResponse:
    """Answer with the guide, one part for each language that has posts."""
    return HttpResponse("\n".join(_lines()) + "\n", content_type="text/plain; charset=utf-8")


def _lines() -> Iterator[str]:
    yield f"# {_line(settings.SITE_NAME)}"
    yield f"\n> {_line(settings.SITE_TAGLINE)}"
    yield "\nEach post and page is also there as Markdown: its address without the last slash, and"
    yield "`.md`. Texts that a machine drafted say so."
    if settings.CONTENT_LICENCE:
        yield f"\nUse: {_line(settings.CONTENT_LICENCE)}"
    for language in languages.codes():
        with translation.override(language):
            yield from _part(language)
    yield "\n## Optional\n"
    yield _link("Sitemap", reverse("files:sitemap"), "every public address")
    yield _link("API", "/api/v1/", "the same as JSON; reading needs no key")


def _part(language: str) -> Iterator[str]:
    public = Post.objects.for_readers(language)
    newest = list(public.for_cards().newest_first()[:_NEWEST])
    if not newest and language != languages.codes()[0]:
        return
    mark = "" if len(languages.codes()) == 1 else f" ({language})"
    pages = Post.objects.published().pages().in_language(language)
    yield from _section(f"Newest posts{mark}", newest)
    yield from _section(f"Pages{mark}", pages.for_cards().order_by("menu_position", "pk")[:_NEWEST])
    yield f"\n## Categories{mark}\n"
    for category in known_in(language, Category):
        yield _link(category.name, category.get_absolute_url(), category.description)
    yield f"\n## Feeds, with whole texts{mark}\n"
    for form in ("atom", "rss", "json"):
        yield _link(f"feed.{form}", reverse(f"blog:feed-{form}"), "")


def _section(title: str, posts: Iterable[Post]) -> Iterator[str]:
    lines = [_link(post.title, markdown_pages.path_of(post), post.summary) for post in posts]
    if lines:
        yield f"\n## {title}\n"
        yield from lines


def _link(name: str, path: str, about: str) -> str:
    words = _line(about)
    return f"- [{_line(name)}]({seo.absolute(path)})" + (f": {words}" if words else "")


def _line(words: str) -> str:
    line = " ".join(rendering.storable(words).split())
    return line.translate(_BRACKETS)
