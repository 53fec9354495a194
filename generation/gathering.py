"""From the sources of a brief to the run's snapshots: each read once, and kept for the run."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePath

from django.utils import timezone

from blog import fetching
from blog.fetching import FetchError
from generation import feed_copies, relevance
from generation.models import Brief, Run, Source, SourceSnapshot
from generation.sources import Unreadable, articles, feeds, files, text
from generation.steps.base import StepContext

MAX_FEED_ITEMS = 5
# Shorter than this, a feed item only announces its page.
MIN_ITEM_CHARACTERS = 600
_ORIGIN_NAME = "the page this brief was picked from"


@dataclass(frozen=True, kw_only=True)
class Piece:
    """Readable text on its way to becoming a snapshot."""

    title: str
    url: str
    text: str


@dataclass
class Gathered:
    """What could not be read, in words: of the brief itself, and of its plan's standing sources."""

    failures: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def gather(context: StepContext) -> Gathered:
    """Read every source that this run has not read yet and store its snapshots.

    A failing source gets its `problem` in words; a good one loses it.
    """
    result = Gathered()
    own = list(context.brief.sources.all())
    standing = list(context.plan.sources.exclude(kind=Source.Kind.FEED))
    snapshots = context.run.snapshots.exclude(source=None)
    known = set(snapshots.values_list("source_id", flat=True))
    for source in [one for one in own + standing if one.pk not in known]:
        context.say(f"Reading {name(source)}")
        if problem := _read_one(context, source):
            kind = result.failures if source in own else result.warnings
            is_named = name(source) in problem
            kind.append(problem if is_named else f"{name(source)}: {problem}")
    if context.brief.origin_url and not _has_origin(context, own):
        context.say(f"Reading {_ORIGIN_NAME}")
        _read_origin(context, result)
    return result


def name(source: Source) -> str:
    """Return what an editor calls a source."""
    return (
        text.one_line(source.title or source.url or source.file.name or "", limit=80) or "the note"
    )


def subject_of(brief: Brief) -> list[str]:
    """Return the stems of the words that say what a brief is about."""
    return relevance.words(" ".join([brief.title, *brief.keywords, brief.notes]))


def _read_one(context: StepContext, source: Source) -> str:
    """Snapshot a source; return the problem in words, or ""."""
    pieces: list[Piece] = []
    problem = ""
    try:
        pieces = _READERS[Source.Kind(source.kind)](source, context.brief)
    except (FetchError, Unreadable) as refusal:
        problem = str(refusal)
    except OSError:
        problem = "The uploaded file is gone. Upload it again."
    with context.saving():
        _store(context.run, source, pieces)
        fetched_at = source.fetched_at if problem else timezone.now()
        Source.objects.filter(pk=source.pk).update(problem=problem, fetched_at=fetched_at)
    return problem


def _read_page(source: Source, brief: Brief) -> list[Piece]:
    """A page; an address that turns out to be a feed's is read as a feed."""
    fetched = fetching.fetch(source.url, accept=fetching.Accept.READABLE)
    if feeds.looks_like_feed(fetched.content_type, fetched.body):
        return _near_items(_parsed(fetched), brief)
    return [_article(fetched, title=source.title)]


def _read_note(source: Source, _brief: Brief) -> list[Piece]:
    return [Piece(title=source.title or "Note", url="", text=files.read_note(source.text).text)]


def _read_file(source: Source, _brief: Brief) -> list[Piece]:
    with source.file.open("rb") as file:
        data = file.read(files.largest(source.file.name or "") + 1)
    article = files.read_file(PurePath(source.file.name or "").name, data)
    return [Piece(title=source.title or article.title, url=source.url, text=article.text)]


def _read_feed(source: Source, brief: Brief) -> list[Piece]:
    return _near_items(read_feed(source.url), brief)


def _near_items(feed: feeds.Feed, brief: Brief) -> list[Piece]:
    """The items of a feed that bear on the brief; one that only announces its page leads to it."""
    if not feed.items:
        raise Unreadable("The feed has no items. Choose another source, or try again later.")
    subject = set(subject_of(brief))
    ranked = sorted(feed.items, key=lambda item: -_nearness(item, subject))
    near = [item for item in ranked if _nearness(item, subject)] or ranked[:1]
    return [_of_item(item) for item in near[:MAX_FEED_ITEMS]]


_READERS: dict[Source.Kind, Callable[[Source, Brief], list[Piece]]] = {
    Source.Kind.URL: _read_page,
    Source.Kind.NOTE: _read_note,
    Source.Kind.FILE: _read_file,
    Source.Kind.FEED: _read_feed,
}


def _nearness(item: feeds.FeedItem, subject: set[str]) -> int:
    """How many words of the subject an item has; those of its title count three times."""
    in_title = subject & set(relevance.words(item.title))
    return 2 * len(in_title) + len(subject & set(relevance.words(f"{item.title} {_said(item)}")))


def _said(item: feeds.FeedItem) -> str:
    return item.content_text or item.summary


def _of_item(item: feeds.FeedItem) -> Piece:
    """An item's own text, or its page where the item only announces it and the page can be read."""
    said = _said(item)
    if item.url and len(said) < MIN_ITEM_CHARACTERS:
        try:
            return _page(item.url, title=item.title, obey_robots=True)
        except (FetchError, Unreadable):
            pass
    return Piece(title=item.title, url=item.url, text=said or item.title)


def _page(url: str, *, title: str = "", obey_robots: bool = False) -> Piece:
    fetched = fetching.fetch(url, accept=fetching.Accept.PAGE, obey_robots=obey_robots)
    return _article(fetched, title=title)


def _article(fetched: fetching.Fetched, *, title: str) -> Piece:
    article = articles.extract(
        fetched.body,
        content_type=fetched.content_type,
        charset=fetched.charset,
        url=fetched.final_url,
    )
    return Piece(title=title or article.title, url=fetched.url, text=article.text)


def read_feed(url: str) -> feeds.Feed:
    """Return the feed at an address as it is now. Raises FetchError, Unreadable."""
    return _parsed(feed_copies.fetch(url))


def _parsed(fetched: fetching.Fetched) -> feeds.Feed:
    return feeds.parse(
        fetched.body,
        content_type=fetched.content_type,
        charset=fetched.charset,
        url=fetched.final_url,
    )


def _has_origin(context: StepContext, own: list[Source]) -> bool:
    """Whether the page the brief came from was read already, or is one of its sources."""
    url = context.brief.origin_url
    return any(one.url == url for one in own) or context.run.snapshots.filter(url=url).exists()


def _read_origin(context: StepContext, result: Gathered) -> None:
    """The page of the picked item, or else what its feed says of it."""
    url = context.brief.origin_url
    try:
        piece = _page(url)
    except (FetchError, Unreadable) as refusal:
        item = _item_of_origin(context.brief)
        if item is None or not _said(item):
            result.failures.append(f"{_ORIGIN_NAME}: {refusal}")
            return
        piece = Piece(title=item.title, url=url, text=_said(item))
    with context.saving():
        _store(context.run, context.brief.origin_source, [piece])


def _item_of_origin(brief: Brief) -> feeds.FeedItem | None:
    if brief.origin_source is None or brief.origin_source.kind != Source.Kind.FEED:
        return None
    try:
        items = read_feed(brief.origin_source.url).items
    except (FetchError, Unreadable):
        return None
    return next((item for item in items if item.url == brief.origin_url), None)


def _store(run: Run, source: Source | None, pieces: list[Piece]) -> None:
    """Label the pieces after those the run has, unless an earlier attempt did."""
    urls = [piece.url for piece in pieces]
    if run.snapshots.filter(source=source, url__in=urls).exists():
        return
    for number, piece in enumerate(pieces, run.snapshots.count() + 1):
        _snapshot(run, source, piece, label=f"S{number}")


def _snapshot(run: Run, source: Source | None, piece: Piece, *, label: str) -> None:
    content = text.clean(piece.text)
    SourceSnapshot.objects.create(
        run=run,
        source=source,
        label=label,
        title=text.one_line(piece.title or piece.url or "Untitled", limit=300),
        url=piece.url[:500],
        text=content,
        sha256=hashlib.sha256(content.encode()).hexdigest(),
    )
