"""Where the money went: by day, plan, model and step, and what became of the work."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Case, Count, F, Func, IntegerField, Sum, Value, When
from django.db.models.functions import Trim, TruncDate
from django.utils import timezone

from blog import periods
from blog.models import Post
from generation.models import ModelCall, Run
from generation.querysets import ModelCallQuerySet

_NONE = Decimal(0)
_WORDS = Func(
    Trim("body"),
    template=r"array_length(regexp_split_to_array(%(expressions)s, '\s+'), 1)",
    output_field=IntegerField(),
)


@dataclass(frozen=True)
class Share:
    """One row of a table: US dollars, and the requests (or runs) they went to."""

    name: str
    cost: Decimal
    number: int


@dataclass(frozen=True)
class Report:
    """The money of some days up to today, in US dollars."""

    days: list[tuple[date, Decimal]]
    by_plan: list[Share]
    by_model: list[Share]
    by_step: list[Share]
    outcomes: list[Share]
    total: Decimal
    unknown: Decimal
    # Cost of the articles that readers have now, for each of their words; None: there are none.
    per_published_word: Decimal | None


def report(*, days: int, now: datetime | None = None) -> Report:
    """Return what the requests of the last `days` days cost; the sample model's are left out."""
    today = timezone.localdate(now or timezone.now())
    first = today - timedelta(days=days - 1)
    since = periods.midnight(first.year, first.month, first.day)
    calls = ModelCall.objects.paid().filter(created_at__gte=since)
    by_day = _by_day(calls)
    return Report(
        days=[(day, by_day.get(day, _NONE)) for day in _days(first, days)],
        by_plan=_shares(calls, F("run__brief__plan__name")),
        by_model=_shares(calls, F("model")),
        by_step=_shares(calls, F("prompt_name")),
        outcomes=_outcomes(calls),
        total=calls.spent(),
        unknown=calls.filter(state=ModelCall.State.UNKNOWN).spent(),
        per_published_word=_per_published_word(calls),
    )


def this_month(now: datetime | None = None) -> tuple[Decimal, Decimal]:
    """Return what this month has cost so far, and what it will if it goes on like this."""
    now = timezone.localtime(now or timezone.now())
    begin = periods.midnight(now.year, now.month)
    end = periods.midnight(now.year + now.month // 12, now.month % 12 + 1)
    spent = ModelCall.objects.paid().filter(created_at__gte=begin).spent()
    # The first hours say nothing yet.
    passed = max(now - begin, timedelta(days=1))
    return spent, spent * Decimal((end - begin) / passed)


def _days(first: date, number: int) -> Sequence[date]:
    return [first + timedelta(days=ahead) for ahead in range(number)]


def _by_day(calls: ModelCallQuerySet) -> dict[date, Decimal]:
    rows = calls.annotate(day=TruncDate("created_at")).values("day").order_by()
    return {row["day"]: row["cost"] for row in rows.annotate(cost=Sum("cost"))}


def _shares(calls: ModelCallQuerySet, name: F | Case) -> list[Share]:
    rows = calls.annotate(name=name).values("name").order_by()
    sums = rows.annotate(sum=Sum("cost"), number=Count("pk")).order_by("-sum", "name")
    return [Share(row["name"] or "—", row["sum"], row["number"]) for row in sums]


def _outcomes(calls: ModelCallQuerySet) -> list[Share]:
    """What became of the articles, the names in the order in which editors ask."""
    post = "run__post__"
    return _shares(
        calls,
        Case(
            When(**{f"{post}approved_revision__isnull": False}, then=Value("Approved or live")),
            When(**{f"{post}withdrawn_at__isnull": False}, then=Value("Withdrawn again")),
            When(**{f"{post}status": Post.Status.ARCHIVED}, then=Value("Rejected")),
            When(run__post__isnull=False, then=Value("Drafts and in review")),
            When(run__status__in=Run.ACTIVE, then=Value("Being written")),
            default=Value("Failed and cancelled runs"),
        ),
    )


def _per_published_word(calls: ModelCallQuerySet) -> Decimal | None:
    read = calls.filter(run__post__in=Post.objects.published())
    cost = read.spent()
    runs = Run.objects.filter(pk__in=read.values("run"))
    live = Post.objects.filter(pk__in=runs.values("post"))
    words = live.aggregate(sum=Sum(_WORDS))["sum"]
    return cost / words if words else None
