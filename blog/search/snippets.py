"""Where in a text the words stand: a few fragments, the words marked, everything else escaped."""

import re
from html import unescape

from django.contrib.postgres.search import SearchHeadline
from django.db.models import F, Func, TextField, Value
from django.db.models.functions import Left
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from blog import text_search

# How much of a text, in characters of HTML, is looked through for the words to show.
_SHOWN_FROM = 50_000
# Control characters: no stored text can hold them (blog.rendering.storable).
_START, _STOP = "\x02", "\x03"
_ENDS = ".!?…؟。"
_HIT = re.compile(f"{_START}([^{_START}{_STOP}]*){_STOP}")


def headline(words: str, language: str) -> SearchHeadline:
    """Return the fragments as the database finds them; for `highlight` alone."""
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
        text_search.query(words, language=language),
        config=text_search.config(language),
        start_sel=_START,
        stop_sel=_STOP,
        max_fragments=2,
        max_words=22,
        min_words=10,
        fragment_delimiter=" … ",
    )


def highlight(found_in: str) -> SafeString:
    """Return the fragments as HTML, the words in `<mark>`."""
    text = _as_a_part(" ".join(unescape(found_in).split()))
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


def _as_a_part(text: str) -> str:
    """Show with an ellipsis that a sentence began before, or goes on."""
    words = text.replace(_START, "").replace(_STOP, "")
    before = "… " if words[:1].islower() else ""
    after = " …" if words and words[-1] not in _ENDS else ""
    return f"{before}{text}{after}"
