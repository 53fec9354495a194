"""Turns the SDK's exceptions into ours: who is to blame, is it billed, does waiting help."""

import httpx2
import openai

from generation.client import answers, limits
from generation.client.refusals import (
    BadRequest,
    CallFailed,
    NotAllowed,
    OutcomeUnknown,
    QuotaExhausted,
    Receipt,
    TryAgainLater,
)

_NEVER_SENT = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.ProxyError,
)
# In the words of models that draw.
_DECLINED = ("moderation_blocked", "content_policy_violation")
_NEVER_SENDABLE = (httpx2.UnsupportedProtocol, httpx2.LocalProtocolError)


def from_status(error: openai.APIStatusError, *, model: str) -> CallFailed:
    """Return our exception for an answer with an error status; none of them is billed."""
    status = error.status_code
    said = limits.read(error.response.headers)
    receipt = Receipt(request_id=(error.request_id or "")[:120], limits=said)
    if status == 429:
        return _too_many(error, receipt)
    if status in (408, 409, 425) or status >= 500:
        return TryAgainLater(
            f"The model's provider has a problem at the moment (status {status}).",
            after=receipt.limits.wait_seconds,
            receipt=receipt,
        )
    if status == 401:
        return NotAllowed(
            "The model's provider does not accept the API key."
            " Ask an operator to check OPENAI_API_KEY, then press Retry.",
            receipt=receipt,
        )
    if status == 403:
        return NotAllowed(
            f"The API key may not use the model “{model}” here."
            " Ask an operator to allow it or to choose another model, then press Retry.",
            receipt=receipt,
        )
    if status == 404:
        return BadRequest(
            f"The model's provider does not know the model “{model}”."
            " Check the model of the plan, OPENAI_MODEL and OPENAI_BASE_URL, then press Retry.",
            outcome="unknown_model",
            receipt=receipt,
        )
    if error.code == "context_length_exceeded":
        return BadRequest(
            "The sources are too long for the model. Shorten or remove some, then press Retry.",
            outcome="too_long",
            receipt=receipt,
        )
    if error.code in _DECLINED:
        return BadRequest(
            "The content policy of the image model's provider does not allow this picture:"
            f" it says {_said(error)}.",
            outcome="content_policy",
            receipt=receipt,
        )
    return BadRequest(
        f"The model's provider rejected the request (status {status}) and says {_said(error)}."
        " Ask an operator to look into it, then press Retry.",
        receipt=receipt,
    )


def from_connection(error: openai.APIConnectionError, *, seconds: float) -> CallFailed:
    """Return our exception for a request without an answer: never sent, or lost on the way."""
    cause = error.__cause__
    if isinstance(cause, _NEVER_SENDABLE):
        return BadRequest(
            "The request to the model can't be sent as it is."
            " Ask an operator to check OPENAI_BASE_URL and OPENAI_API_KEY, then press Retry.",
            outcome="unsendable",
        )
    if isinstance(cause, _NEVER_SENT):
        return TryAgainLater(
            f"No connection to the model at {error.request.url.host} is possible at the moment.",
            outcome="unreachable",
        )
    if isinstance(error, openai.APITimeoutError):
        return OutcomeUnknown(
            f"The model did not answer within {seconds:g} seconds."
            " It may have been billed, so its cost is counted as spent.",
            outcome="timeout",
        )
    return OutcomeUnknown(
        "The connection broke while the model was answering."
        " It may have been billed, so its cost is counted as spent."
    )


def _too_many(error: openai.APIStatusError, receipt: Receipt) -> CallFailed:
    if "insufficient_quota" in (error.code, error.type):
        return QuotaExhausted(receipt=receipt)
    return TryAgainLater(
        "The model's provider asks for fewer requests.",
        after=receipt.limits.wait_seconds,
        outcome="rate_limited",
        receipt=receipt,
    )


def _said(error: openai.APIStatusError) -> str:
    """What the provider says is wrong, if it says so in the usual place."""
    message = error.body.get("message") if isinstance(error.body, dict) else None
    return f"“{answers.storable(str(message)[:300])}”" if message else "not why"
