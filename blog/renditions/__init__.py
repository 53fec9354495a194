"""Smaller copies of pictures in modern formats: drawn by workers, chosen by browsers."""

from blog.renditions.making import catch_up, make_missing
from blog.renditions.record import Copy, Record
from blog.renditions.showing import (
    Shown,
    share_copy,
    show,
    thumbnail_url,
    with_pictures,
    with_plain_pictures,
)

__all__ = [
    "Copy",
    "Record",
    "Shown",
    "catch_up",
    "make_missing",
    "share_copy",
    "show",
    "thumbnail_url",
    "with_pictures",
    "with_plain_pictures",
]
