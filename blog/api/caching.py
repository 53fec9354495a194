"""How long a public answer may be kept: briefly, and never past the next publication."""

from datetime import datetime

from django.http import HttpResponseBase
from django.utils.cache import patch_cache_control

from blog.models import Post

LONGEST = 60  # seconds


def keep_briefly(response: HttpResponseBase, *, now: datetime) -> None:
    """Let browsers and the CDN keep a good answer; nothing else may be kept."""
    if response.status_code in (200, 304):
        patch_cache_control(response, public=True, max_age=_seconds_of_truth(now))
    else:
        patch_cache_control(response, no_store=True)


def _seconds_of_truth(now: datetime) -> int:
    scheduled = Post.objects.scheduled(now).order_by("publish_at")
    upcoming = scheduled.values_list("publish_at", flat=True).first()
    return min(LONGEST, int((upcoming - now).total_seconds())) if upcoming else LONGEST
