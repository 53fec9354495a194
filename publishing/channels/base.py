"""The contract between the distribution and its channels.

A channel is a module with one function, `send`. It MUST either return what the receiver answered or
raise ChannelError, whose text an operator can act on. It MUST pass the delivery's id on, so that
the receiver can drop a message that arrives twice: a sender may die between sending and saying so.
It MUST NOT change rows; it MUST NOT retry.
"""

from dataclasses import dataclass
from typing import Protocol

from publishing.models import Delivery


@dataclass(frozen=True)
class Sent:
    """The receiver has the message; `status` is its HTTP status."""

    status: int


class ChannelError(Exception):
    """The receiver does not have the message; str() says why.

    `retry_after` are the seconds it asked to be left alone; `is_permanent` says that no later
    attempt can work; `is_gone` that it wants no message ever again.
    """

    def __init__(
        self,
        problem: str,
        *,
        status: int | None = None,
        retry_after: float = 0,
        is_permanent: bool = False,
        is_gone: bool = False,
    ) -> None:
        super().__init__(problem)
        self.status = status
        self.retry_after = retry_after
        self.is_permanent = is_permanent or is_gone
        self.is_gone = is_gone


class Sender(Protocol):
    """What a channel module offers."""

    def send(self, delivery: Delivery) -> Sent:
        """Send the message once. Raises ChannelError."""
