"""One page of search results, with the words found highlighted in safe HTML."""

import re
from dataclasses import dataclass
from html import unescape

from django.contrib.postgres.search import SearchConfig, SearchHeadline
from django.db import OperationalError, connection, transaction
from django.db.models import F, Func, TextField, Value
from django.db.models.functions import Left
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from psycopg.errors import QueryCanceled

from blog import languages, rendering
from blog.models import Post
from blog.querysets import MAX_SEARCH_CHARACTERS, PostQuerySet, search_query

PAGE_SIZE = 10
LAST_PAGE = 20
PATIENCE_MS = 3_000
# How much of a text, in characters of HTML, is looked through for the words to show.
_SHOWN_FROM = 50_000
# Control characters: no stored text can hold them (blog.rendering.storable).
_START, _STOP = "\x02", "\x03"
_HIT = re.compile(f"{_START}([^{_START}{_STOP}]*){_STOP}")


@dataclass(frozen=True)
class Result:
    """A post that was found, and where in it."""

    post: Post
    snippet: SafeString


@dataclass(frozen=True)
class Results:
    """One page of what was found for `words`, best first."""

    words: str
    number: int
    results: list[Result]
    has_more: bool
    # The database gave up: there may be posts that match.
    took_too_long: bool = False

    @property
    def first_number(self) -> int:
        """The place of the first result among all."""
        return (self.number - 1) * PAGE_SIZE + 1


def search(words: str, *, number: int = 1) -> Results:
    """Return page `number` (from 1 to LAST_PAGE) of what readers of the current language find."""
    words = " ".join(rendering.storable(words).split())[:MAX_SEARCH_CHARACTERS]
    number = min(max(number, 1), LAST_PAGE)
    if not words:
        return Results(words, number, [], has_more=False)
    start = (number - 1) * PAGE_SIZE
    language = languages.current()
    found = Post.objects.for_readers(language).search(words, language=language).for_cards()
    found = found.annotate(found_in=_headline(words, language))
    try:
        rows = _read(found[start : start + PAGE_SIZE + 1])
    except OperationalError as error:
        if not isinstance(error.__cause__, QueryCanceled):
            raise
        return Results(words, number, [], has_more=False, took_too_long=True)
    return Results(
        words,
        number,
        [Result(post, _highlight(str(getattr(post, "found_in", "")))) for post in rows[:PAGE_SIZE]],
        has_more=len(rows) > PAGE_SIZE and number < LAST_PAGE,
    )


def _read(found: PostQuerySet) -> list[Post]:
    """Return the rows, unless that takes longer than a reader of a page waits."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(PATIENCE_MS)])
        return list(found)


def _headline(words: str, language: str) -> SearchHeadline:
    without_tags = Func(
        Left(F("body_html"), _SHOWN_FROM),
        # The last tag may have been cut.
        Value("<[^>]*(>|$)"),
        Value(" "),
        Value("g"),
        function="regexp_replace",
        output_field=TextField(),
    )
    return SearchHeadline(
        without_tags,
        search_query(words, language=language),
        config=SearchConfig(Func(Value(language), function="blog_search_config")),
        start_sel=_START,
        stop_sel=_STOP,
        max_fragments=2,
        max_words=22,
        min_words=10,
        fragment_delimiter=" … ",
    )


def _highlight(found_in: str) -> SafeString:
    text = " ".join(unescape(found_in).split())
    # Every other piece is a hit; each piece is escaped on its own.
    pieces = _HIT.split(text)
    return format_html_join(
        "",
        "{}",
        (
            (format_html("<mark>{}</mark>", piece) if place % 2 else piece,)
            for place, piece in enumerate(pieces)
        ),
    )
