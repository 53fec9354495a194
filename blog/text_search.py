"""PostgreSQL's full-text search as this blog speaks to it: a dictionary for each language."""

import re

from django.contrib.postgres.search import SearchConfig, SearchQuery
from django.db.models import Func, TextField, Value

from blog import rendering

MAX_CHARACTERS = 200
_MINUSES = re.compile(r'-(?:[^\w"]|_)*(?=-)')


class Stem(Func):
    """A word as its language's dictionary has it: `Stem(Value(language), Value(word))`."""

    function = "blog_search_stem"
    output_field = TextField()


def config(language: str) -> SearchConfig:
    """Return the dictionary of a language; words of an unknown one are taken as they are."""
    return SearchConfig(Func(Value(language), function="blog_search_config"))


def query(words: str, *, language: str) -> SearchQuery:
    """Return the query for what a stranger typed, in the syntax of web search engines.

    Only the first 200 characters count.
    """
    # PostgreSQL gives up on a long row of minus signs with no word between; the last will do.
    words = _MINUSES.sub("", rendering.storable(words)[:MAX_CHARACTERS])
    return SearchQuery(words, config=config(language), search_type="websearch")
