"""What must be true after a minute of quiet; each function says what is broken, in words.

The producer's file says what was promised, the model's file what was billed, the sink's file what
was received, the triggers what happened when; the tables are judged by them.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.db.models import Count, F
from django.db.models.functions import Now

from blog.models import Post
from generation.models import BudgetPeriod, ModelCall, Run, Step
from publishing.models import Delivery, WorkflowEvent
from tests.chaos import newsroom, observer

CENT_FRACTION = Decimal("0.000000001")
_PRICES = {name: Decimal(price) for name, price in newsroom.PRICES.items()}


def lines(file: Path) -> list[dict[str, Any]]:
    """Return what a file of lines says; nothing where it does not exist."""
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


@dataclass
class Evidence:
    """The files of a lane, and how many steps its faults interrupted."""

    folder: Path
    name: str
    in_hand: int = 0

    def truth(self) -> list[dict[str, Any]]:
        """What was promised."""
        return lines(self.folder / f"{self.name}.truth")

    def model(self) -> list[dict[str, Any]]:
        """What the model was asked, and what it billed."""
        return lines(self.folder / f"{self.name}.model")

    def sink(self) -> list[dict[str, Any]]:
        """What the receiver of webhooks got."""
        return lines(self.folder / f"{self.name}.sink")


def broken(evidence: Evidence) -> list[str]:
    """Return every broken condition."""
    found = [lost, stuck, doubled, money, budgets, replayed, told]
    return [sentence for condition in found for sentence in condition(evidence)]


def lost(evidence: Evidence) -> Iterator[str]:
    """Every accepted request has its run, finished or failed with a reason."""
    for line in evidence.truth():
        run = Run.objects.filter(pk=line["run"]).first()
        if run is None:
            yield f"lost: the run {line['run']} was accepted and is not there"
        elif run.status == Run.Status.SUCCEEDED:
            if run.post is None:
                yield f"lost: the run {run.pk} succeeded without a post"
        elif not (run.status == Run.Status.FAILED and run.problem):
            yield f"lost: the run {run.pk} is {run.status} “{run.problem}”"


def stuck(evidence: Evidence) -> Iterator[str]:
    """Nobody waits for somebody who is gone."""
    expired = Step.objects.filter(status="running", lease_expires_at__lt=Now()).count()
    active = Run.objects.active().count()
    reserved = ModelCall.objects.filter(state="reserved").count()
    sending = Delivery.objects.filter(status__in=["pending", "sending"]).count()
    for count, what in [
        (expired, "steps are running with an expired lease"),
        (active, "runs are still active"),
        (reserved, "calls are still in flight"),
        (sending, "messages wait or are being sent"),
    ]:
        if count:
            yield f"stuck: {count} {what}"


def doubled(evidence: Evidence) -> Iterator[str]:
    """Nothing happened twice."""
    for what, row, times in observer.happened_twice():
        yield f"twice: {what}, {times} times for row {row}"
    promised = Counter(line["brief"] for line in evidence.truth())
    # A schedule begins anew with a brief whose run failed: what counts is the articles.
    written = Run.objects.filter(status="succeeded")
    for row in written.values("brief").annotate(n=Count("pk")).filter(n__gt=1):
        if row["brief"] in promised:
            yield f"twice: {row['n']} articles of the brief {row['brief']}"
    yield from _twins(Step, "run", "name", "index")
    yield from _twins(Delivery, "channel", "post", "event", "revision")
    if (message := Delivery.objects.first()) and _takes_twin(message, uuid4()):
        yield "twice: the database accepts a second message about one event"
    posts, filed = Post.objects.count(), Run.objects.exclude(post=None).count()
    if posts != filed:
        yield f"twice: {posts} posts for {filed} runs that filed one"
    submits = WorkflowEvent.objects.filter(transition="submit").count()
    if submits != posts:
        yield f"twice: {posts} posts were submitted {submits} times"
    for run in Run.objects.filter(status="succeeded").annotate(n=Count("claims")):
        wanted = run.steps.get(name="file").output["claims"]
        if run.n != wanted:
            yield f"twice: the run {run.pk} has {run.n} claims, and said {wanted}"


def _twins(model: Any, *fields: str) -> Iterator[str]:
    for row in model.objects.order_by().values(*fields).annotate(n=Count("pk")).filter(n__gt=1):
        yield f"twice: {model.__name__} {row}"


def money(evidence: Evidence) -> Iterator[str]:
    """The ledger is the bill: priced to the last digit where the answer came, held where not."""
    bills = defaultdict(list)
    for line in evidence.model():
        if "billed" in line:
            bills[line["id"]].append(price_of(line["billed"]))
    calls = {f"autoblog-{call.pk}": call for call in ModelCall.objects.all()}
    for number, costs in bills.items():
        if len(costs) > 1:
            yield f"money: {number} was billed {len(costs)} times"
        if problem := _misbooked(calls.get(number), costs[0]):
            yield f"money: {number} was billed ${costs[0]} and {problem}"
    for number, call in calls.items():
        if call.state == ModelCall.State.SETTLED and number not in bills:
            yield f"money: {number} is settled and was never billed"


def budgets(evidence: Evidence) -> Iterator[str]:
    """What the periods of the budgets say is the sum of their calls, and no cap was passed."""
    yield from passed_caps()
    calls = list(
        ModelCall.objects.values_list("budget_period_ids", "state", "reserved_cost", "cost")
    )
    for period in BudgetPeriod.objects.select_related("budget"):
        ours = [call for call in calls if period.pk in call[0]]
        held = sum((reserved for _, state, reserved, _ in ours if state == "reserved"), Decimal(0))
        spent = sum((cost for _, state, _, cost in ours if state != "reserved"), Decimal(0))
        if (held, spent) != (period.held, period.spent):
            yield (
                f"budget: {period} says ${period.held} held and ${period.spent} spent; its calls"
                f" say ${held} and ${spent}"
            )


def passed_caps() -> list[str]:
    """Return the budgets of which more is held and spent than there is: never, at any moment."""
    passed = BudgetPeriod.objects.filter(held__gt=F("budget__limit") - F("spent"))
    return [f"budget: {one} holds ${one.held} and spent ${one.spent}" for one in passed]


def _misbooked(call: ModelCall | None, cost: Decimal) -> str:
    if call is None:
        return "stands in no row"
    if call.state == ModelCall.State.SETTLED:
        return "" if abs(call.cost - cost) <= CENT_FRACTION else f"is settled at ${call.cost}"
    if call.state != ModelCall.State.UNKNOWN:
        return f"is {call.state}"
    return "" if call.cost == call.reserved_cost >= cost else f"only ${call.cost} is held"


def price_of(usage: dict[str, Any]) -> Decimal:
    """Return what a line of the bill costs, by the prices of the newsroom."""
    cached = usage["prompt_tokens_details"]["cached_tokens"]
    return (
        (usage["prompt_tokens"] - cached) * _PRICES["input_per_million"]
        + cached * _PRICES["cached_input_per_million"]
        + usage["completion_tokens"] * _PRICES["output_per_million"]
    ) / 1_000_000


def replayed(evidence: Evidence) -> Iterator[str]:
    """An answer that was paid for is used, and never asked for again."""
    wasted = ModelCall.objects.filter(state="settled", is_usable=False, outcome="")
    if count := wasted.count():
        yield f"paid twice: {count} good answers were paid for and can not be used again"
    usable = ModelCall.objects.filter(is_usable=True)
    answered = usable.aggregate(n=Count("pk"), keys=Count("journal_key", distinct=True))
    if answered["n"] != answered["keys"]:
        yield f"paid twice: {answered['n']} usable answers to {answered['keys']} questions"
    if (call := usable.first()) and _takes_twin(call, None):
        yield "paid twice: the database accepts a second usable answer to one question"
    lost_with_worker = ModelCall.objects.filter(outcome="worker_lost").count()
    if lost_with_worker > evidence.in_hand:
        yield (
            f"paid twice: {lost_with_worker} calls were lost with their workers, who had"
            f" {evidence.in_hand} steps in hand when they were interrupted"
        )


def _takes_twin(row: Any, pk: Any) -> bool:
    """Whether the database, whatever the code does, would take the same row once more."""
    try:
        with transaction.atomic():
            row.pk = pk
            row.save(force_insert=True)
            transaction.set_rollback(True)
    except IntegrityError:
        return False
    return True


def told(evidence: Evidence) -> Iterator[str]:
    """Every live post was announced, each event under one id with one body, and signed."""
    heard = evidence.sink()
    if forged := sum(line["status"] == 401 for line in heard):
        yield f"told: {forged} messages had a wrong signature"
    for field, why in [("sha256", "bodies"), ("post", "posts")]:
        by_id = defaultdict(set)
        for line in heard:
            by_id[line["id"]].add(line[field])
        if mixed := sum(len(values) > 1 for values in by_id.values()):
            yield f"told: {mixed} ids came with several {why}"
    events = defaultdict(set)
    for line in heard:
        events[line["type"], line["post"], line["revision"]].add(line["id"])
    for event, ids in events.items():
        if len(ids) > 1:
            yield f"told: {event} was told under {len(ids)} ids"
    arrived = {line["post"] for line in heard if line["status"] == 204}
    for pk in Post.objects.published().values_list("pk", flat=True):
        if pk not in arrived:
            yield f"told: the post {pk} is live, and nobody heard of it"
        # Nobody ever updates a post here, or takes one back.
        kinds = {line["type"] for line in heard if line["post"] == pk}
        if kinds - {Delivery.Event.PUBLISHED}:
            yield f"told: the post {pk} is live, and was called {', '.join(sorted(kinds))}"


def figures(evidence: Evidence) -> dict[str, Any]:
    """Return the counts that a run prints even when all is well."""
    asked = [line for line in evidence.model() if "fault" in line]
    bill = [price_of(line["billed"]) for line in evidence.model() if "billed" in line]
    states = Counter(ModelCall.objects.values_list("state", flat=True))
    unknown = ModelCall.objects.filter(state="unknown")
    settled = sum(ModelCall.objects.filter(state="settled").values_list("cost", flat=True))
    held = sum(unknown.values_list("cost", flat=True))
    covered = {f"autoblog-{pk}" for pk in unknown.values_list("pk", flat=True)}
    billed_lost = [line for line in evidence.model() if "billed" in line and line["id"] in covered]
    return {
        "accepted": len(evidence.truth()),
        "runs": dict(Counter(Run.objects.values_list("status", flat=True))),
        "steps": Step.objects.count(),
        "claims_of_steps": sum(Step.objects.values_list("fence", flat=True)),
        "steps_interrupted": evidence.in_hand,
        "calls": dict(states),
        "unknown_by": dict(Counter(unknown.values_list("outcome", flat=True))),
        "model_faults": dict(Counter(line["fault"] or "none" for line in asked)),
        "billed_usd": str(sum(bill)),
        "settled_usd": str(settled),
        "held_usd": str(held),
        "billed_and_lost": len(billed_lost),
        "billed_and_lost_usd": str(sum(price_of(line["billed"]) for line in billed_lost)),
        "posts": Post.objects.count(),
        "live": Post.objects.published().count(),
        "messages_received": len(evidence.sink()),
        "messages": len({line["id"] for line in evidence.sink()}),
        "deliveries": dict(Counter(Delivery.objects.values_list("status", flat=True))),
        "delivery_attempts": sum(Delivery.objects.values_list("attempts", flat=True)),
    }


def in_hand(owner: str = "") -> int:
    """Return how many steps a worker has in hand now, by a part of its name; all without one."""
    held = Step.objects.filter(lease_owner__contains=owner, status="running")
    return held.count()
