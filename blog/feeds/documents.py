"""One page of a feed, before it has a format: the newest posts, or those below a cursor (RFC 5005).

A page below a cursor always holds the same posts, so that a reader can collect all there is.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings
from django.http import Http404

from blog import languages, paging, rendering
from blog.feeds.entries import Entry, entries_of, host
from blog.feeds.subjects import Subject

ITEMS = 30
# When a feed without posts changed last: an answer has to stay the same while nothing happens.
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Document:
    """What a feed says of itself, and its entries."""

    id: str
    title: str
    description: str
    language: str
    page: str
    url: str
    first_url: str
    older_url: str
    rights: str
    changed_at: datetime
    entries: list[Entry]

    @property
    def is_archive(self) -> bool:
        """It holds older posts, always the same."""
        return self.url != self.first_url


def read(subject: Subject, form: str, *, before: str = "") -> Document:
    """Return the page of the feed of `subject` below the cursor `before`. Raises Http404."""
    try:
        page = paging.page_of(subject.posts.in_full(), before=before, size=ITEMS)
    except paging.CursorInvalid as invalid:
        raise Http404("There is no such page.") from invalid
    entries = entries_of(page.posts)
    url, clean, language = subject.url(form), rendering.storable, languages.current()
    return Document(
        id=f"tag:{host()},2026:{subject.key}" + _unless_default(language),
        title=clean(subject.title),
        description=clean(subject.description),
        language=language,
        page=subject.page,
        url=f"{url}?before={before}" if before else url,
        first_url=url,
        older_url=f"{url}?{page.older}" if page.older else "",
        rights=clean(settings.CONTENT_LICENCE),
        changed_at=max((entry.changed_at for entry in entries), default=_NEVER),
        entries=entries,
    )


def _unless_default(language: str) -> str:
    return "" if language == settings.LANGUAGE_CODE else f"/{language}"
