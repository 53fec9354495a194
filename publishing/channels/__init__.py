"""One vendor per file; which of them speaks to a channel is said by the channel's kind."""

from publishing.channels import webhook
from publishing.channels.base import ChannelError, Sender, Sent
from publishing.models import Channel

SENDERS: dict[str, Sender] = {Channel.Kind.WEBHOOK: webhook}

__all__ = ["SENDERS", "ChannelError", "Sender", "Sent"]
