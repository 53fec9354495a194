"""Search: what the whole text of the posts says about the words of a reader."""

import re
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from blog import search, seo
from blog.views.public import PublicPage


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
        meta = seo.for_page(title, path=reverse("blog:search"), description=_("Search the blog"))
        return super().get_context_data(results=results, meta=meta, **kwargs)

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """Answer; a search that was given up may succeed later."""
        status = HTTPStatus.SERVICE_UNAVAILABLE if context["results"].took_too_long else None
        return super().render_to_response(context, status=status, **kwargs)
