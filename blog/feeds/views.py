"""The addresses of feeds: each subject in each format, in pages."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.http import http_date

from blog.feeds import atom, documents, json_feed, rss
from blog.feeds.subjects import SUBJECTS
from blog.reading import for_readers

FORMATS = {"rss": rss, "atom": atom, "json": json_feed}


@for_readers
def show(request: HttpRequest, subject: str, form: str, **which: str) -> HttpResponse:
    """Answer with a page of the feed of a subject in a format."""
    found = SUBJECTS[subject](**which)
    document = documents.read(found, form, before=request.GET.get("before", ""))
    written = FORMATS[form]
    response = HttpResponse(written.write(document), content_type=written.CONTENT_TYPE)
    response["Last-Modified"] = http_date(document.changed_at.timestamp())
    return response


def addresses(subject: str, *, below: str = "") -> list[URLPattern]:
    """Return the patterns of the feeds of a subject, `below` the pattern of its page."""
    name = "" if subject == "site" else f"{subject}-"
    return [
        path(
            f"{below}feed.{form}",
            show,
            {"subject": subject, "form": form},
            name=f"{name}feed-{form}",
        )
        for form in FORMATS
    ]
