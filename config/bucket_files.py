"""Static files of each release in the bucket, beside those of the releases before.

While a release rolls out, pages of the new servers are answered by the old ones and the other way
round: each must find the files that its own pages name. In the image alone they would be missing on
half of the servers.
"""

import mimetypes
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.storage import default_storage

from blog import pictures

FOLDER = "static/"
_BRIEFLY = "public, max-age=300"
# The CDN compresses by itself.
_PACKED = {".gz", ".br"}


def upload() -> int:
    """Put the collected files that are not there yet into the bucket; returns how many."""
    bucket: Any = default_storage.bucket  # type: ignore[attr-defined]
    there = {found.key for found in bucket.objects.filter(Prefix=FOLDER)}
    hashed = set(staticfiles_storage.hashed_files.values())  # type: ignore[attr-defined]
    root = Path(settings.STATIC_ROOT)
    names = [file.relative_to(root).as_posix() for file in root.rglob("*") if file.is_file()]
    new = [
        name
        for name in names
        if Path(name).suffix not in _PACKED and not (name in hashed and FOLDER + name in there)
    ]
    for name in new:
        kind, _encoding = mimetypes.guess_type(name)
        headers = {
            "ContentType": kind or "application/octet-stream",
            "CacheControl": pictures.IMMUTABLE if name in hashed else _BRIEFLY,
        }
        bucket.upload_file(str(root / name), FOLDER + name, ExtraArgs=headers)
    return len(new)
