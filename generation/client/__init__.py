"""The one door to the model: nothing else imports openai, and nothing else knows what it raises.

The SDK takes as long to import as Django does. It is imported at the first request to a model, so
that a web server and a command, which make none, start without it.
"""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel

from generation.client import answers, images
from generation.client.answers import Answer, Completion
from generation.client.images import Drawing
from generation.client.limits import Limits
from generation.client.refusals import (
    BadRequest,
    Billing,
    CallFailed,
    InvalidAnswer,
    NotAllowed,
    NotAModel,
    OutcomeUnknown,
    QuotaExhausted,
    Receipt,
    Refused,
    Truncated,
    TryAgainLater,
    Usage,
)
from generation.prompts import Message

__all__ = [
    "BadRequest",
    "Billing",
    "CallFailed",
    "Completion",
    "Drawing",
    "InvalidAnswer",
    "Limits",
    "NotAModel",
    "NotAllowed",
    "OutcomeUnknown",
    "QuotaExhausted",
    "Receipt",
    "Refused",
    "Truncated",
    "TryAgainLater",
    "Usage",
    "complete",
    "draw",
    "parse",
    "picture_of",
    "response_format",
]

parse = answers.parse
picture_of = images.picture_of


def complete(
    messages: Sequence[Message],
    schema: type[Answer],
    *,
    model: str,
    max_tokens: int,
    request_id: str = "",
) -> Completion[Answer]:
    """Ask `model` for a `schema`: one request, sent once, answered within OPENAI_TIMEOUT_SECONDS.

    `max_tokens` bounds the answer, reasoning included. `request_id` is ours; the provider logs it.
    Raises the subclasses of CallFailed.
    """
    from generation.client import request  # brings the SDK

    response = request.send(
        messages,
        response_format(schema),
        model=model,
        max_tokens=max_tokens,
        request_id=request_id,
    )
    return answers.read(response, schema, max_tokens=max_tokens)


def draw(prompt: str, *, model: str, request_id: str = "") -> Drawing:
    """Ask `model` for a picture: one request, sent once, answered within OPENAI_TIMEOUT_SECONDS.

    Raises the subclasses of CallFailed.
    """
    from generation.client import request  # brings the SDK

    return images.read(request.send_for_picture(prompt, model=model, request_id=request_id))


def response_format(schema: type[BaseModel]) -> dict[str, Any]:
    """Return the `response_format` that asks for a `schema`."""
    from generation.client import shape  # brings the SDK

    return shape.response_format(schema)
