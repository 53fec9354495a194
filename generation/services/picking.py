"""From a feed of the plan to a brief: what the feed offers now, and which of it was picked."""

from contextlib import suppress
from dataclasses import dataclass, replace

import structlog
from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction

from blog.fetching import FetchError
from generation import gathering, topics
from generation.models import Brief, ContentPlan, Source
from generation.sources import Unreadable, feeds

log = structlog.get_logger(__name__)


class SourceUnreadable(Exception):
    """The feed gives nothing usable at the moment; says what to do about it."""


class ItemGone(Exception):
    """The feed does not offer that item any more."""


class AlreadyPicked(Exception):
    """The plan has a brief from that item; `brief` is that one."""

    def __init__(self, brief: Brief | None) -> None:
        super().__init__("This plan already has a brief from that feed item.")
        self.brief = brief


@dataclass(frozen=True, kw_only=True)
class FeedItem(feeds.FeedItem):
    """What a feed offers, whether its plan has a brief of it, and what is about the same."""

    is_picked: bool
    similar_to: topics.Topic | None = None


def feed_items(source: Source) -> list[FeedItem]:
    """Return what a plan's feed offers now, the newest first. Raises SourceUnreadable."""
    items = _offered(source)
    titles = [_title(item) for item in items if not item.is_picked]
    found = iter(topics.nearest_to_each(titles, language=_plan(source).language))
    return [item if item.is_picked else replace(item, similar_to=next(found)) for item in items]


def discover_topic(plan: ContentPlan) -> Brief | None:
    """Make a brief of the newest thing in the plan's feeds that nobody wrote about or will.

    A feed that can't be read is passed over. None when there is nothing new.
    """
    for source in plan.sources.filter(kind=Source.Kind.FEED).order_by("pk"):
        try:
            items = _offered(source)
        except SourceUnreadable as refusal:
            log.warning("feed_passed_over", source_id=source.pk, reason=str(refusal))
            continue
        for item in items:
            with topics.choosing():
                if not item.is_picked and not _similar(source, item):
                    with suppress(AlreadyPicked):
                        return _pick(plan, source, item, by=None)
    return None


def _similar(source: Source, item: feeds.FeedItem) -> topics.Topic | None:
    return topics.nearest(_title(item), language=_plan(source).language)


def _offered(source: Source) -> list[FeedItem]:
    items = _read(source)
    picked = set(
        Brief.objects.filter(plan=_plan(source), origin_url__in=[item.url for item in items])
        .exclude(origin_url="")
        .values_list("origin_url", flat=True)
    )
    return [FeedItem(**vars(item), is_picked=item.url in picked) for item in items]


def pick_from_feed(source: Source, *, item_guid: str, by: AbstractBaseUser | None) -> Brief:
    """Make a brief of a feed's item. Raises SourceUnreadable, ItemGone and AlreadyPicked."""
    plan = _plan(source)
    item = next((item for item in _read(source) if item.guid == item_guid), None)
    if item is None:
        raise ItemGone("The feed does not offer this item any more. Reload the list.")
    return _pick(plan, source, item, by=by)


def _pick(
    plan: ContentPlan, source: Source, item: feeds.FeedItem, *, by: AbstractBaseUser | None
) -> Brief:
    try:
        with transaction.atomic():
            brief = Brief.objects.create(
                plan=plan,
                title=_title(item),
                origin_source=source,
                origin_url=item.url,
                created_by_id=by.pk if by else None,
            )
            _keep_text(brief, item)
    except IntegrityError:
        found = Brief.objects.filter(plan=plan, origin_url=item.url).first()
        raise AlreadyPicked(found) from None
    return brief


def _title(item: feeds.FeedItem) -> str:
    return (item.title or item.summary or item.url)[:160]


def _keep_text(brief: Brief, item: feeds.FeedItem) -> None:
    """An item without a page of its own is evidence by its text."""
    text = item.content_text or item.summary
    if not item.url and text:
        Source.objects.create(brief=brief, kind=Source.Kind.NOTE, title=item.title[:200], text=text)


def _read(source: Source) -> list[feeds.FeedItem]:
    try:
        return gathering.read_feed(source.url).items
    except (FetchError, Unreadable) as refusal:
        raise SourceUnreadable(str(refusal)) from None


def _plan(source: Source) -> ContentPlan:
    if source.plan is None:
        raise SourceUnreadable("Only a feed of a plan offers items to pick.")
    return source.plan
