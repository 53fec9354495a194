"""What a reader probably meant: words of the public texts that differ by a letter or two.

Words are found by symmetric deletion (W. Garbe, "SymSpell", 2012): of each word the hashes of what
is left of its beginning when letters are taken away are kept; two words that share one are near.
The database needs no extension for it, and looks at a handful of words however many there are.
"""

import re
from collections.abc import Iterable
from itertools import combinations
from zlib import crc32

from django.db import connection
from django.db.models import Value
from rapidfuzz.distance import OSA

from blog import rendering, text_search
from blog.models import Post, SearchTerm

_WORD = re.compile(r"[^\W\d_]{3,30}")
# Deletions are taken from the beginning alone: it is enough to tell words apart.
_PREFIX = 7
_SHORT = 4
_LOOKED_AT = 500

_LEARN = """
INSERT INTO blog_searchterm (language, word, stem, keys, texts)
VALUES (%s, %s, blog_search_stem(%s, %s), %s, 1)
ON CONFLICT (language, word) DO UPDATE SET texts = blog_searchterm.texts + 1
"""


def learn(post: Post) -> None:
    """Remember the words of a text that readers see, or will see at its time."""
    text = f"{post.title} {post.summary} {rendering.plain_text(post.body_html)}"
    learn_words(words_of(text), language=post.language)


def learn_words(words: Iterable[str], *, language: str) -> None:
    """Remember `words`, each as of one more text."""
    # In one order, so that two who learn at once never wait for each other in a circle.
    rows = [(language, word, language, word, sorted(_keys(word))) for word in sorted(set(words))]
    with connection.cursor() as cursor:
        cursor.executemany(_LEARN, rows)


def words_of(text: str) -> set[str]:
    """Return the different words of `text` that may be mistyped, in small letters."""
    return set(_WORD.findall(text.lower()))


def correct(words: str, *, language: str) -> str:
    """Return `words` with what no text has replaced by the nearest that one has, or ""."""
    meant = _WORD.sub(lambda match: _nearest(match[0].lower(), language), words)
    return "" if meant.lower() == words.lower() else meant


def _nearest(typed: str, language: str) -> str:
    known = SearchTerm.objects.filter(language=language)
    stem = text_search.Stem(Value(language), Value(typed))
    if known.filter(stem=stem).exists():
        return typed
    farthest = 1 if len(typed) <= _SHORT else 2
    near = known.filter(keys__overlap=sorted(_keys(typed))).order_by("-texts", "word")
    measured = (
        (OSA.distance(typed, term.word, score_cutoff=farthest), -term.texts, term.word)
        for term in near[:_LOOKED_AT]
    )
    distance, _texts, word = min(measured, default=(farthest + 1, 0, typed))
    return word if distance <= farthest else typed


def _keys(word: str) -> set[int]:
    """Return the hashes (signed, 32 bits) of what is left of the word's beginning."""
    beginning = word[:_PREFIX]
    most = 1 if len(word) <= _SHORT else 2
    left = {
        "".join(beginning[place] for place in places)
        for deleted in range(most + 1)
        for places in combinations(range(len(beginning)), max(len(beginning) - deleted, 1))
    }
    return {crc32(rest.encode()) - 2**31 for rest in left}
