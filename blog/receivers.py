"""What follows a change of a row, whoever made it."""

from typing import Any

from django.db.models.signals import post_delete
from django.dispatch import receiver

from blog import library
from blog.models import Image


@receiver(post_delete, sender=Image)
def remove_files(instance: Image, **_: Any) -> None:
    """A picture's files go with its row."""
    library.remove_files(instance)
