"""The archive: the months that have posts, and the posts of a month or a year."""

from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from blog import languages, periods, seo
from blog.models import Post
from blog.querysets import PostQuerySet
from blog.views.lists import PostList
from blog.views.public import PublicPage


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


def _month_of(post: Post) -> str:
    assert post.publish_at is not None  # noqa: S101 (it is public)
    return date_format(timezone.localtime(post.publish_at), "YEAR_MONTH_FORMAT")
