"""What can go wrong with a request to the model, in sentences an editor can act on.

Each refusal knows whether the request was billed, and keeps the usage and the request id of an
answer that was paid for and can't be used.
"""

from dataclasses import dataclass
from enum import Enum
from typing import ClassVar

from generation.client.limits import UNKNOWN, Limits


class Billing(Enum):
    """Whether the provider charges for a request."""

    NO = "no"
    YES = "yes"
    MAYBE = "maybe"


@dataclass(frozen=True, kw_only=True)
class Usage:
    """Tokens as the provider counted them.

    Those that came from its cache or went into it are part of the input; reasoning and pictures of
    the output.
    """

    input_tokens: int
    cached_tokens: int
    cache_write_tokens: int
    output_tokens: int
    reasoning_tokens: int
    image_tokens: int = 0


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What is known about an answer apart from its content; `usage` None: it was not told."""

    model: str = ""
    request_id: str = ""
    service_tier: str = ""
    usage: Usage | None = None
    text: str = ""
    limits: Limits = UNKNOWN


class CallFailed(Exception):
    """A request that gave nothing usable; str() is for an editor, `outcome` for programs."""

    billing: ClassVar[Billing] = Billing.NO
    outcome: str = "failed"

    def __init__(self, message: str, *, outcome: str = "", receipt: Receipt | None = None) -> None:
        super().__init__(message)
        self.outcome = outcome or self.outcome
        self.receipt = receipt or Receipt()


class TryAgainLater(CallFailed):
    """The same request may work later; not billed. `after`: seconds the provider asked for."""

    outcome = "unavailable"

    def __init__(
        self,
        message: str,
        *,
        after: float | None = None,
        outcome: str = "",
        receipt: Receipt | None = None,
    ) -> None:
        super().__init__(message, outcome=outcome, receipt=receipt)
        self.after = after


class BadRequest(CallFailed):
    """The provider will never answer this request as it is; not billed."""

    outcome = "rejected"


class NotAllowed(BadRequest):
    """The key is wrong, or may not use the model; not billed."""

    outcome = "not_allowed"


class QuotaExhausted(TryAgainLater):
    """The account has no credit left: only an operator can help; not billed."""

    outcome = "quota_exhausted"
    try_every: ClassVar[float] = 300.0  # seconds

    def __init__(self, *, receipt: Receipt | None = None) -> None:
        super().__init__(
            "The account at the model's provider has no credit left: ask an operator to add some.",
            after=self.try_every,
            receipt=receipt,
        )


class OutcomeUnknown(CallFailed):
    """The request was sent and its answer was lost: it may have been billed."""

    billing = Billing.MAYBE
    outcome = "lost"


class NotAModel(CallFailed):
    """Something answered, but not in the words of a model: usually a wrong address."""

    billing = Billing.MAYBE
    outcome = "not_a_model"


class Refused(CallFailed):
    """The model, or the provider's filter, declined; billed."""

    billing = Billing.YES
    outcome = "refused"


class Truncated(CallFailed):
    """The answer reached the limit of tokens before its end; billed."""

    billing = Billing.YES
    outcome = "truncated"


class InvalidAnswer(CallFailed):
    """The answer is empty, no JSON, or of the wrong shape; billed. `detail` is for the model."""

    billing = Billing.YES
    outcome = "invalid"

    def __init__(
        self, message: str, *, detail: str = "", outcome: str = "", receipt: Receipt | None = None
    ) -> None:
        super().__init__(message, outcome=outcome, receipt=receipt)
        self.detail = detail or message
