"""Lists of posts that open as fast at a million of them: an index serves each, or it is cut short.

Sorted by what an index has in order; counted up to a bound; searched in the full-text column, not
letter by letter; and given up, in words, when a combination of filters keeps the database too long.
"""

import re
from typing import Any

from django.contrib import messages
from django.contrib.admin import BooleanFieldListFilter, ShowFacets, SimpleListFilter
from django.contrib.postgres.search import SearchQuery
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from blog import languages, newest, patience, rendering, text_search
from blog.admin_theme import CalmChangeList, ModelAdmin, Row

TOOK_TOO_LONG = (
    "This takes the database too long, so it was given up. Choose fewer filters or rarer words."
)
PATIENCE_MS = 3_000
_ID = re.compile("[0-9]{1,18}")
_BEGINNING = re.compile(r"\w{3,}")
_MOST_BEGINNINGS = 6
# Words are common where so many of the newest posts have them.
_LOOKED_AT, _MANY = 500, 10


class PostChangeList(CalmChangeList):
    """A list that sorts by nothing but what an index serves, and gives up in time."""

    def get_ordering_field(self, field_name: Any) -> Any:
        """Nothing for the columns that no index serves, whatever the address asks for."""
        is_served = field_name in (self.sortable_by or [])
        return super().get_ordering_field(field_name) if is_served else None

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[Any]:
        """In one direction, as an index is read; Django would go on with the default order."""
        first, *others = super().get_ordering(request, queryset)
        if first in ("updated_at", "-updated_at"):
            return [first, first.replace("updated_at", "pk")]
        return [first, *others]

    def get_results(self, request: HttpRequest) -> None:
        """Read the page here, where it can be given up."""
        try:
            with patience.limited(PATIENCE_MS):
                super().get_results(request)
                len(self.result_list)
        except patience.TookTooLong:
            messages.warning(request, TOOK_TOO_LONG)
            self.queryset = self.queryset.none()
            super().get_results(request)


class AssistanceFilter(BooleanFieldListFilter):
    """Whether a machine had a hand in it."""

    horizontal = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = "AI assistance"


class KeptByForms(SimpleListFilter):
    """A filter of links whose choice stands when the form of the other filters is sent."""

    @property
    def lookup_kwarg(self) -> str:
        """What the theme's form calls it."""
        return str(self.parameter_name)

    @property
    def lookup_val(self) -> list[str | None]:
        """What was chosen."""
        return [self.value()]


class ListsPosts(ModelAdmin[Row]):
    """A list of posts, however many there are."""

    # Shows the box; `matching` says what is looked for.
    search_fields = ["search_vector"]
    search_help_text = "Words, an address or a number"
    list_filter_submit = True
    counted_as = ("post", "posts")
    # Each would count all posts.
    show_facets = ShowFacets.NEVER

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[PostChangeList]:
        """Ours."""
        return PostChangeList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Return what matches, in the order of the list; each post once."""
        found = queryset.filter(matching(search_term))
        return (_by_words_first(found) if search_term else found), False


def _by_words_first(found: QuerySet[Any]) -> QuerySet[Any]:
    """Return the same in the same order, found by the index of words where few posts have them.

    The planner takes a word that it does not know for one that many have, and walks down the order
    of the list, reading each text, to the end: there its index must not be of use.
    """
    first = str(found.query.order_by[0]) if found.query.order_by else ""
    if first.removeprefix("-") != "updated_at":
        return found
    latest = found.model._default_manager.order_by("-updated_at", "-pk").values("pk")
    among_them = found.order_by().filter(pk__in=latest[:_LOOKED_AT])
    try:
        with patience.limited(PATIENCE_MS):
            if among_them.count() >= _MANY:
                return found
    except patience.TookTooLong:
        return found
    moment = newest.past_the_index("updated_at")
    others = found.query.order_by[1:]
    return found.order_by(moment.desc() if first[0] == "-" else moment.asc(), *others)


def matching(typed: str) -> Q:
    """Return the condition for what somebody typed: each part of it has an index of its own.

    Found are posts with these words anywhere (as web search engines read them, in each language of
    the site), with words in the title that begin like these, at this address, or with this number.
    """
    words = " ".join(rendering.storable(typed).split())[: text_search.MAX_CHARACTERS]
    if not words:
        return Q()
    found = Q(slug=words.rstrip("/").rpartition("/")[2].lower())
    if _ID.fullmatch(words):
        found |= Q(pk=int(words))
    for language in languages.codes():
        found |= Q(search_vector=text_search.query(words, language=language))
    if beginnings := _BEGINNING.findall(words)[:_MOST_BEGINNINGS]:
        begun = " & ".join(f"'{beginning}':*A" for beginning in beginnings)
        found |= Q(search_vector=SearchQuery(begun, config="simple", search_type="raw"))
    return found
