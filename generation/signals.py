"""The one message that goes up the house."""

from django.dispatch import Signal

# Sent inside the transaction that files the draft, so that the draft and what its receivers do are
# saved together or not at all. Arguments: sender=Run, run=Run, post=blog.models.Post.
draft_filed = Signal()
