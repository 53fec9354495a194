"""Every question to the model is written down before it is asked, and its answer before it is used.

A row is reserved and committed, the database connection is given back, the request is sent, and the
answer is stored with its price in one commit. Whoever asks the same question of the same run again
gets the stored answer: a step that is repeated after a crash pays for nothing twice.
"""

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

import structlog
from django.conf import settings
from django.db.models import QuerySet
from django.db.models.functions import Now

from blog import composing, crash_points, pooling
from blog.pictures import Picture
from generation import budget, client, leases, prices, prompt_versions, traffic
from generation.client import (
    Billing,
    CallFailed,
    Completion,
    Drawing,
    InvalidAnswer,
    Receipt,
    Truncated,
    images,
)
from generation.client.answers import Answer
from generation.leases import Cancelled, Lease
from generation.models import ModelCall, ModelPrice, PromptVersion, Run, Step
from generation.prompts import Message

log = structlog.get_logger(__name__)

Answered = TypeVar("Answered", Completion[Any], Drawing)

# How much of an unusable answer the model is shown again.
_SHOWN_CHARACTERS = 8_000


class ModelChanged(Exception):
    """The run was started with the sample model and a real one answers now, or vice versa."""

    def __init__(self) -> None:
        super().__init__(
            "This run was started with another model than the one configured now (the sample"
            " model, or a real one). Start a new run of the brief."
        )


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked, by which step, under which lease."""

    step: Step
    lease: Lease
    prompt: str
    version: PromptVersion | None
    messages: Sequence[Message]
    model: str
    max_tokens: int
    key: str


def ask(
    step: Step,
    lease: Lease,
    *,
    prompt: str,
    schema: type[Answer],
    variables: dict[str, str],
    max_tokens: int,
) -> Answer:
    """Return the model's answer, from the journal if it was paid for already.

    An answer that is cut off or of the wrong shape is asked for once more, with a larger limit or
    with what was wrong. Raises PromptError, UnknownModelPrice, BudgetExceeded, ModelChanged,
    CallFailed, LeaseLost and Cancelled.
    """
    question = _question(
        step,
        lease,
        prompt=prompt,
        variables=variables,
        model=step.run.model,
        max_tokens=max_tokens,
        shape=client.response_format(schema),
    )
    if known := composing.rows("known answer", _known, key=question.key):
        return client.parse(known[0].answer, schema)
    try:
        return _attempt(question, schema)
    except Truncated:
        second = replace(question, max_tokens=2 * max_tokens)
    except InvalidAnswer as error:
        second = replace(question, messages=[*question.messages, *_correction(error)])
    return _attempt(second, schema)


def draw(
    step: Step, lease: Lease, *, prompt: str, model: str, variables: dict[str, str]
) -> Picture:
    """Return the picture that `model` draws, from the journal if it was paid for already.

    It is asked for once. Raises what `ask` raises.
    """
    question = _question(
        step,
        lease,
        prompt=prompt,
        variables=variables,
        model=model,
        max_tokens=images.MAX_TOKENS,
        shape=images.SHAPE,
    )
    if known := composing.rows("known answer", _known, key=question.key):
        return client.picture_of(known[0].answer)
    # A model that draws takes one text.
    text = "\n\n".join(message["content"] for message in question.messages)
    ask = partial(client.draw, text, model=model)
    return _request(question, prices.image_price_of(model), prices.most_tokens(text), ask).picture


def _question(
    step: Step,
    lease: Lease,
    *,
    prompt: str,
    variables: dict[str, str],
    model: str,
    max_tokens: int,
    shape: dict[str, Any],
) -> Question:
    """The question in the run's wording of the prompt; `shape` is that of the answer."""
    wording, version = prompt_versions.of_run(step.run, prompt)
    messages = wording.render(variables)
    return Question(
        step=step,
        lease=lease,
        prompt=prompt,
        version=version,
        messages=messages,
        model=model,
        max_tokens=max_tokens,
        key=_key(step, prompt, messages, model, shape),
    )


def _known(key: str) -> QuerySet[ModelCall]:
    return ModelCall.objects.filter(journal_key=key, is_usable=True).only("answer").order_by()[:1]


def _attempt(question: Question, schema: type[Answer]) -> Answer:
    price = prices.price_of(question.model, settings.OPENAI_SERVICE_TIER)
    sent = prices.most_input_tokens(question.messages, schema)
    ask = partial(
        client.complete,
        question.messages,
        schema,
        model=question.model,
        max_tokens=question.max_tokens,
    )
    answered: Completion[Answer] = _request(question, price, sent, ask)
    return answered.parsed


def _request(
    question: Question, price: ModelPrice, sent: int, ask: Callable[..., Answered]
) -> Answered:
    """One request of `sent` tokens: reserve, send, settle."""
    bound = prices.upper_bound(price, input_tokens=sent, max_tokens=question.max_tokens)
    turn = traffic.enter(question.model, tokens=sent + question.max_tokens)
    call = _reserve(question, price, bound)
    crash_points.reach("after_reserve")
    # Nothing is held while the model thinks: hundreds of requests share a few connections.
    pooling.give_back()
    started = time.monotonic()
    try:
        answered = ask(request_id=call.client_request_id)
    except CallFailed as error:
        _close(call, question, started, **_failure(error, call, price))
        turn.over(error.receipt.limits, error)
        raise
    except Exception:
        _close(call, question, started, **_unknown(call, "crashed"))
        raise
    crash_points.reach("after_answer")
    _close(call, question, started, is_usable=True, **_billed(answered.receipt, call, price))
    turn.over(answered.receipt.limits)
    return answered


def _reserve(question: Question, price: ModelPrice, bound: Decimal) -> ModelCall:
    """Commit the row that says: this is about to be sent, and may cost up to `bound`."""
    step = question.step
    with leases.saving(question.lease):
        if not composing.rows("active run", _active, run_id=step.run_id):
            raise Cancelled
        if step.run.is_sample is not settings.USE_SAMPLE_MODEL:
            raise ModelChanged
        return ModelCall.objects.create(
            run_id=step.run_id,
            step=step,
            journal_key=question.key,
            prompt_name=question.prompt,
            prompt_version=question.version,
            messages=list(question.messages),
            model=question.model,
            is_sample=step.run.is_sample,
            service_tier=price.service_tier,
            reserved_cost=bound,
            budget_period_ids=budget.hold(step.run.brief.plan_id, bound),
        )


def _active(run_id: UUID) -> QuerySet[Run]:
    return Run.objects.active().filter(pk=run_id).only("pk").order_by()


def _close(
    call: ModelCall, question: Question, started: float, *, is_usable: bool = False, **fields: Any
) -> None:
    """Write down how a request ended, in one commit, if the step is still ours."""
    took = int((time.monotonic() - started) * 1000)
    with leases.saving(question.lease):
        name = "closed call", is_usable, *fields
        closing = partial(_closed, is_usable)
        if composing.update(name, closing, call_id=call.pk, latency_ms=took, **fields):
            call.cost = fields["cost"]
            budget.settle([call])
        crash_points.reach("before_settle_commit")
    crash_points.reach("after_settle")


def _closed(
    is_usable: bool,
    call_id: int,
    **fields: Any,
) -> tuple[QuerySet[ModelCall], dict[str, Any]]:
    reserved = ModelCall.objects.filter(pk=call_id, state=ModelCall.State.RESERVED)
    return reserved, {"finished_at": Now(), "is_usable": is_usable, **fields}


def _failure(error: CallFailed, call: ModelCall, price: ModelPrice) -> dict[str, Any]:
    if error.billing is Billing.YES:
        return _billed(error.receipt, call, price) | {"outcome": error.outcome}
    known = {"outcome": error.outcome, "provider_request_id": error.receipt.request_id}
    if error.billing is Billing.MAYBE:
        return _unknown(call, error.outcome) | known | {"answer": error.receipt.text}
    return {"state": ModelCall.State.RELEASED, "cost": Decimal(0)} | known


def _unknown(call: ModelCall, outcome: str) -> dict[str, Any]:
    return {"state": ModelCall.State.UNKNOWN, "cost": call.reserved_cost, "outcome": outcome}


def _billed(receipt: Receipt, call: ModelCall, price: ModelPrice) -> dict[str, Any]:
    """What a billed answer cost; one whose usage or tier is not known costs what was reserved."""
    told: dict[str, Any] = {"cost": call.reserved_cost, "outcome": "estimated"}
    if receipt.usage:
        told |= asdict(receipt.usage)
        if answering := _price_in(receipt.service_tier, price, call):
            told |= {
                "cost": prices.cost(answering, receipt.usage),
                "service_tier": answering.service_tier,
                "outcome": "",
            }
    return told | {
        "state": ModelCall.State.SETTLED,
        "answer": receipt.text,
        "provider_request_id": receipt.request_id,
    }


def _price_in(tier: str, price: ModelPrice, call: ModelCall) -> ModelPrice | None:
    """The price in the tier that answered, which need not be the one that was asked for."""
    if tier in ("", price.service_tier):
        return price
    try:
        return prices.price_of(call.model, tier)
    except prices.UnknownModelPrice:
        log.warning("service_tier_has_no_price", model=call.model, service_tier=tier)
        return None


def _correction(error: InvalidAnswer) -> list[Message]:
    """Show the model its answer and what is wrong with it."""
    asked: Message = {
        "role": "user",
        "content": f"{error.detail} Answer again, in the shape that was asked.",
    }
    if not error.receipt.text:
        return [asked]
    return [{"role": "assistant", "content": error.receipt.text[:_SHOWN_CHARACTERS]}, asked]


def _key(
    step: Step, prompt: str, messages: Sequence[Message], model: str, shape: dict[str, Any]
) -> str:
    """SHA-256 of everything that determines the answer."""
    parts = [
        str(step.run_id),
        step.name,
        step.index,
        prompt,
        messages,
        model,
        shape,
    ]
    # What was asked for once more is asked, and not found.
    parts += [step.take] if step.take else []
    canonical = json.dumps(parts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
