"""What the cache at the door and the view behind it tell each other about one request."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest

if TYPE_CHECKING:
    from blog.frame import Frame  # which is read for a visit

KEY = "autoblog.visit"


@dataclass
class Visit:
    """One request: the door writes `version`, the views and `blog.reading` write the rest."""

    # What was said to be the version of the site before rendering began; empty: nobody asked.
    version: str = ""
    # The answer is the same for every reader.
    is_public: bool = False
    # Seconds for which the answer may be kept at the door; 0: not at all.
    keep_seconds: int = 0
    # The instant (seconds of the epoch) from which on the answer is wrong; None: none is known.
    good_until: float | None = None
    frame: "Frame | None" = None


def of(request: HttpRequest) -> Visit:
    """Return the visit that `request` belongs to; without a door it begins here."""
    meta: dict[str, Any] = request.META
    visit: Visit = meta.setdefault(KEY, Visit())
    return visit
