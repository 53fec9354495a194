"""The bucket for uploads: what readers see never changes under its name, and is kept for ever."""

from typing import Any

from storages.backends.s3 import S3Storage

from blog import pictures

# Files that editors add as sources lie in the same bucket.
_PUBLIC_FOLDERS = ("images/", "share/")


class Bucket(S3Storage):  # type: ignore[misc]  # untyped
    """A bucket that tells browsers and the CDN how long to keep a file."""

    def get_object_parameters(self, name: str) -> dict[str, Any]:
        """Return the headers of a new file."""
        is_public = name.startswith(_PUBLIC_FOLDERS)
        given: dict[str, Any] = super().get_object_parameters(name)
        return {**given, "CacheControl": pictures.IMMUTABLE if is_public else "private, no-store"}
