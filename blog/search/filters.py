"""What a reader narrowed a search to: a category, a tag, a year, or nothing."""

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from blog import periods
from blog.models import Category, Tag
from blog.querysets import PostQuerySet

_SLUG = re.compile(r"[a-z0-9-]{0,200}")
_YEAR = re.compile(r"19[7-9]\d|[2-8]\d{3}", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Filters:
    """Slugs and a number; empty where the reader chose nothing."""

    category: str = ""
    tag: str = ""
    year: str = ""

    @property
    def are_empty(self) -> bool:
        """Whether nothing was chosen."""
        return not (self.category or self.tag or self.year)

    def narrow(self, posts: PostQuerySet) -> PostQuerySet:
        """Return those of `posts` that pass.

        By the numbers of the category and the tag: of those the database knows how many posts
        they have, and so where to begin.
        """
        if not self._can_be_met:
            return posts.none()
        for relation, model, slug in (
            ("category", Category, self.category),
            ("tags", Tag, self.tag),
        ):
            if not slug:
                continue
            shelf = model.objects.filter(slug=slug).first()
            if shelf is None:
                return posts.none()
            posts = posts.filter(**{relation: shelf})
        return posts.in_period(int(self.year)) if self.year else posts

    @property
    def until(self) -> datetime | None:
        """The end of the year that was chosen: nothing that passes is newer."""
        if not (self.year and self._can_be_met):
            return None
        return periods.midnight(int(self.year) + 1, 1)

    @property
    def _can_be_met(self) -> bool:
        are_slugs = all(_SLUG.fullmatch(slug) for slug in (self.category, self.tag))
        return are_slugs and (not self.year or _YEAR.fullmatch(self.year) is not None)

    def query_string(self, words: str, **chosen: str) -> str:
        """Return the query string of a search for `words` with these filters, some exchanged."""
        filters = {"category": self.category, "tag": self.tag, "year": self.year} | chosen
        return urlencode({"q": words} | {name: value for name, value in filters.items() if value})
