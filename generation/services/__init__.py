"""The front door of the writers' room: what admin, API, commands and the desk may ask of it."""

from generation.services.briefs import create_brief
from generation.services.findings import blocking_findings, findings_of, findings_of_post
from generation.services.picking import (
    AlreadyPicked,
    FeedItem,
    ItemGone,
    SourceUnreadable,
    feed_items,
    pick_from_feed,
)
from generation.services.progress import Progress, StepProgress, progress
from generation.services.runs import (
    BriefNotReady,
    RunAlreadyActive,
    RunNotActive,
    RunNotRetryable,
    advance,
    cancel_run,
    give_back_leases,
    muster,
    reclaim,
    rest,
    retry_run,
    start_run,
    stop_claiming,
    sweep,
)

__all__ = [
    "AlreadyPicked",
    "BriefNotReady",
    "FeedItem",
    "ItemGone",
    "Progress",
    "RunAlreadyActive",
    "RunNotActive",
    "RunNotRetryable",
    "SourceUnreadable",
    "StepProgress",
    "advance",
    "blocking_findings",
    "cancel_run",
    "create_brief",
    "feed_items",
    "findings_of",
    "findings_of_post",
    "give_back_leases",
    "muster",
    "pick_from_feed",
    "progress",
    "reclaim",
    "rest",
    "retry_run",
    "start_run",
    "stop_claiming",
    "sweep",
]
