"""Where a post stands, in one or two words and a tone, the same on every screen."""

from dataclasses import dataclass

from django.utils import timezone

from blog.models import Post

TONES = {
    "live": "success",
    "scheduled": "info",
    "approved": "info",
    "in_review": "warning",
    "draft": "",
    "archived": "danger",
}


@dataclass(frozen=True)
class PostState:
    """A post's place: a key, its words, the tone of its label."""

    key: str
    label: str

    @property
    def tone(self) -> str:
        """One of success, info, warning, danger, or nothing."""
        return TONES[self.key]


def state_of(post: Post) -> PostState:
    """Return where the newest text of `post` stands; a live post with newer words says both."""
    if post.has_unpublished_changes and post.is_live:
        return PostState(post.status, f"Live · newer text {post.get_status_display().lower()}")
    if post.is_live:
        return PostState("live", "Live")
    if post.is_scheduled:
        return PostState("scheduled", "Scheduled")
    if post.status == Post.Status.ARCHIVED:
        return PostState("archived", "Withdrawn")
    return PostState(post.status, post.get_status_display())


def taken_back_by_an_edit(post: Post) -> str:
    """Return what an edit takes back of what was decided about `post`, as a sentence, or ""."""
    if post.is_scheduled and post.publish_at:
        at = timezone.localtime(post.publish_at)
        return (
            "Your edit takes back the approval: the post does not appear on"
            f" {at:%A, %-d %B %Y, %H:%M} unless it is submitted and approved again."
        )
    if post.status == Post.Status.IN_REVIEW:
        return "Your edit takes the post back from review. Submit it again when it is ready."
    return ""
