"""The front door of the writers' room: what admin, API, commands and the desk may ask of it."""

from generation.services.briefs import create_brief
from generation.services.findings import blocking_findings, findings_of, findings_of_post
from generation.services.outlines import (
    ChangedSection,
    OutlineInvalid,
    RunNotPaused,
    continue_run,
    outline_of,
)
from generation.services.picking import (
    AlreadyPicked,
    FeedItem,
    ItemGone,
    SourceUnreadable,
    discover_topic,
    feed_items,
    pick_from_feed,
)
from generation.services.progress import Progress, StepProgress, progress
from generation.services.regeneration import SectionNotRewritable, rewrite_section
from generation.services.runs import (
    BriefNotReady,
    RunAlreadyActive,
    RunNotActive,
    RunNotRetryable,
    advance,
    cancel_run,
    forecast,
    give_back_leases,
    model_of,
    reclaim,
    retry_run,
    similar_topic,
    start_run,
    stop_claiming,
    sweep,
)

__all__ = [
    "AlreadyPicked",
    "BriefNotReady",
    "ChangedSection",
    "FeedItem",
    "ItemGone",
    "OutlineInvalid",
    "Progress",
    "RunAlreadyActive",
    "RunNotActive",
    "RunNotPaused",
    "RunNotRetryable",
    "SectionNotRewritable",
    "SourceUnreadable",
    "StepProgress",
    "advance",
    "blocking_findings",
    "cancel_run",
    "continue_run",
    "create_brief",
    "discover_topic",
    "feed_items",
    "findings_of",
    "findings_of_post",
    "forecast",
    "give_back_leases",
    "model_of",
    "outline_of",
    "pick_from_feed",
    "progress",
    "reclaim",
    "retry_run",
    "rewrite_section",
    "similar_topic",
    "start_run",
    "stop_claiming",
    "sweep",
]
