"""Answers that are no pages: drawn covers, and what crawlers may read."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from blog import cover_art, seo


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
