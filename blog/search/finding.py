"""One page of search results: the best of a bounded number of matches, at any size of the blog."""

from dataclasses import dataclass, field, replace

from django.utils.safestring import SafeString

from blog import languages, patience, rendering, text_search
from blog.models import Post
from blog.querysets import MOST_MATCHES
from blog.search import snippets, spelling
from blog.search.facets import Facet, Hit, facets_of
from blog.search.filters import Filters

PAGE_SIZE = 10
# Milliseconds that the database may look before the search is given up.
PATIENCE_MS = 3_000


@dataclass(frozen=True)
class Result:
    """A post that was found, and where in it."""

    post: Post
    snippet: SafeString


@dataclass(frozen=True, kw_only=True)
class Results:
    """One page of what was found for `words`, best first."""

    words: str
    number: int = 1
    filters: Filters
    results: list[Result]
    total: int = 0
    # There are older matches that nobody looked at.
    is_cut: bool = False
    facets: list[Facet] = field(default_factory=list)
    # What the reader typed, where only other words of nearly the same letters were found.
    instead_of: str = ""
    # The database gave up: there may be posts that match.
    took_too_long: bool = False

    @property
    def query(self) -> str:
        """The query string of this search, without the page."""
        return self.filters.query_string(self.words)

    @property
    def first_number(self) -> int:
        """The place of the first result among all."""
        return (self.number - 1) * PAGE_SIZE + 1

    @property
    def has_more(self) -> bool:
        """Whether there is a page after this one."""
        return self.number * PAGE_SIZE < self.total


def search(words: str, *, number: int = 1, filters: Filters | None = None) -> Results:
    """Return page `number` (from 1 on) of what readers of the current language find."""
    words = " ".join(rendering.storable(words).split())[: text_search.MAX_CHARACTERS]
    nothing = Results(words=words, filters=filters or Filters(), results=[])
    if not words:
        return nothing
    try:
        with patience.limited(PATIENCE_MS):
            return _look(nothing, number) or _look_for_nearly(nothing) or _with_a_way_back(nothing)
    except patience.TookTooLong:
        return replace(nothing, took_too_long=True)


def _look(wanted: Results, number: int = 1) -> Results | None:
    """Return the results, or None where nothing matches."""
    language = languages.current()
    public = wanted.filters.narrow(Post.objects.for_readers(language))
    found = public.search(wanted.words, language=language, at=wanted.filters.until)
    hits = [Hit(*row) for row in found.values_list("pk", "category_id", "publish_at")]
    if not hits:
        return None
    number = min(max(number, 1), -(-len(hits) // PAGE_SIZE))
    shown = [hit.pk for hit in hits[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]]
    is_cut = len(hits) >= MOST_MATCHES
    return replace(
        wanted,
        number=number,
        results=_read(shown, wanted.words, language),
        total=len(hits),
        is_cut=is_cut,
        facets=facets_of(hits, words=wanted.words, filters=wanted.filters),
    )


def _look_for_nearly(wanted: Results) -> Results | None:
    """Look for the words that were probably meant."""
    meant = spelling.correct(wanted.words, language=languages.current())
    if not meant:
        return None
    found = _look(replace(wanted, words=meant))
    return found and replace(found, instead_of=wanted.words)


def _with_a_way_back(nothing: Results) -> Results:
    return replace(nothing, facets=facets_of([], words=nothing.words, filters=nothing.filters))


def _read(pks: list[int], words: str, language: str) -> list[Result]:
    rows = Post.objects.filter(pk__in=pks).for_cards()
    posts = rows.annotate(found_in=snippets.headline(words, language)).in_bulk()
    return [
        Result(posts[pk], snippets.highlight(str(getattr(posts[pk], "found_in", "")))) for pk in pks
    ]
