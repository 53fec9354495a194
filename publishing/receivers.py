"""What the desk does when the writers' room files a draft."""

from typing import Any

from django.dispatch import receiver

from blog.models import Post
from generation.signals import draft_filed
from publishing import workflow


@receiver(draft_filed)
def put_into_review(*, post: Post, **_: Any) -> None:
    """Submit the filed draft, in the transaction that files it."""
    workflow.submit(post, by=None)
