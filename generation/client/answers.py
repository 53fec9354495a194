"""Reads what came back: the usage first, so that it survives an answer that can't be used."""

import json
import re
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

import httpx2
from pydantic import BaseModel, Field, ValidationError

from generation.client import limits
from generation.client.refusals import (
    InvalidAnswer,
    NotAModel,
    Receipt,
    Refused,
    Truncated,
    Usage,
)

Answer = TypeVar("Answer", bound=BaseModel)

# PostgreSQL stores neither NUL nor half a surrogate pair; models produce both now and then.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_SHOWN_PROBLEMS = 5


@dataclass(frozen=True, kw_only=True)
class Completion(Generic[Answer]):
    """A whole answer of the right shape, and what is known about it; its text is JSON."""

    parsed: Answer
    receipt: Receipt


# More than any request has: a number that is no count must not overflow the books.
Tokens = Annotated[int, Field(ge=0, le=100_000_000)]


class _InputDetails(BaseModel):
    cached_tokens: Tokens | None = None
    cache_write_tokens: Tokens | None = None


class _OutputDetails(BaseModel):
    reasoning_tokens: Tokens | None = None


class _Usage(BaseModel):
    prompt_tokens: Tokens
    completion_tokens: Tokens
    prompt_tokens_details: _InputDetails | None = None
    completion_tokens_details: _OutputDetails | None = None


class _Message(BaseModel):
    content: str | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Wire(BaseModel):
    id: Any = ""
    choices: list[_Choice]
    model: str = ""
    service_tier: str | None = None
    # Read on its own: a malformed usage must not cost us the answer, nor the other way round.
    usage: Any = None


def read(response: httpx2.Response, schema: type[Answer], *, max_tokens: int) -> Completion[Answer]:
    """Return the answer as a `schema`.

    Raises NotAModel, Refused, Truncated, InvalidAnswer; each with the usage and the request id.
    """
    wire = _wire(response)
    choice = wire.choices[0] if wire.choices else _Choice(message=_Message())
    text = choice.message.content or ""
    receipt = Receipt(
        model=wire.model[:80],
        # Servers that number no requests number their answers.
        request_id=request_id(response) or str(wire.id)[:120],
        service_tier=(wire.service_tier or "")[:20],
        usage=_usage(wire.usage),
        text=text,
        limits=limits.read(response.headers),
    )
    if choice.message.refusal:
        raise Refused(
            f"The model refused to write this: “{choice.message.refusal[:300]}”"
            " Change the brief or its sources, then press Retry.",
            receipt=receipt,
        )
    if choice.finish_reason == "content_filter":
        raise Refused(
            "The content filter of the model's provider stopped the answer."
            " Change the brief or its sources, then press Retry.",
            outcome="content_filter",
            receipt=receipt,
        )
    if choice.finish_reason == "length":
        raise Truncated(
            f"The model's answer was cut off at {max_tokens:,} tokens.", receipt=receipt
        )
    if not text.strip():
        raise InvalidAnswer("The model gave an empty answer.", outcome="empty", receipt=receipt)
    if choice.finish_reason != "stop":
        raise InvalidAnswer(
            "The model stopped before the end of its answer.", outcome="unfinished", receipt=receipt
        )
    return Completion(parsed=parse(text, schema, receipt=receipt), receipt=receipt)


def parse(text: str, schema: type[Answer], *, receipt: Receipt | None = None) -> Answer:
    """Return the JSON `text` as a `schema`. Raises InvalidAnswer."""
    try:
        data = storable(json.loads(text))
    except (ValueError, RecursionError) as error:
        raise InvalidAnswer(
            "The model's answer is not valid JSON.",
            detail=f"The answer is not valid JSON: {error}.",
            outcome="invalid_json",
            receipt=receipt,
        ) from None
    try:
        return schema.model_validate(data)
    except ValidationError as error:
        raise InvalidAnswer(
            f"The model's answer has the wrong shape: {_problems(error)}",
            outcome="wrong_shape",
            receipt=receipt,
        ) from None


def request_id(response: httpx2.Response) -> str:
    """Return the provider's number of the request; "" where it has none."""
    return response.headers.get("x-request-id", "")[:120]


def no_model(response: httpx2.Response) -> NotAModel:
    """Return our exception for an answer in the words of something else."""
    return NotAModel(
        "The address of the model answered with something that is no model's answer."
        " Ask an operator to check OPENAI_BASE_URL, then press Retry.",
        receipt=Receipt(request_id=request_id(response), text=storable(response.text[:2000])),
    )


def _wire(response: httpx2.Response) -> _Wire:
    try:
        return _Wire.model_validate(storable(json.loads(response.text)))
    except (ValueError, RecursionError):
        raise no_model(response) from None


def _usage(data: Any) -> Usage | None:
    try:
        found = _Usage.model_validate(data)
    except ValidationError:
        return None
    sent = found.prompt_tokens_details or _InputDetails()
    written = found.completion_tokens_details or _OutputDetails()
    cached = min(sent.cached_tokens or 0, found.prompt_tokens)
    return Usage(
        input_tokens=found.prompt_tokens,
        cached_tokens=cached,
        cache_write_tokens=min(sent.cache_write_tokens or 0, found.prompt_tokens - cached),
        output_tokens=found.completion_tokens,
        reasoning_tokens=written.reasoning_tokens or 0,
    )


def storable(data: Any) -> Any:
    """Return the same data without characters that PostgreSQL refuses."""
    if isinstance(data, str):
        return _UNSTORABLE.sub("", data)
    if isinstance(data, list):
        return [storable(item) for item in data]
    if isinstance(data, dict):
        return {storable(key): storable(value) for key, value in data.items()}
    return data


def _problems(error: ValidationError) -> str:
    found = error.errors(include_url=False, include_input=False, include_context=False)
    named = [
        f"{'.'.join(map(str, problem['loc'])) or 'the whole'}: {problem['msg']}"
        for problem in found[:_SHOWN_PROBLEMS]
    ]
    return "; ".join(named) + "."
