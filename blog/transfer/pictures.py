"""What pictures of an old blog are called: one key for all ways to write an address."""

import re

from blog.transfer.old_addresses import OldSite

IMAGE_ENDINGS = frozenset({".jpg", ".jpeg", ".jpe", ".png", ".gif", ".webp", ".avif"})
# Addresses of files that came with the text, whatever addresses the old site gave them.
IN_PACKAGE = "package:///"


def key_of(old: OldSite, address: str) -> str:
    """Return what names the picture at `address`: its path on the old blog, or where it is."""
    path = old.path_of(address)
    if path is not None:
        return path[:500]
    return re.sub(r"^(?:https?:)?//", "//", address.strip())[:500]
