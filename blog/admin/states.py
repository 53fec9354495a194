"""Where a post stands, in one or two words and a tone, the same on every screen."""

from dataclasses import dataclass
from datetime import datetime

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
    if post.update_at:
        return PostState("scheduled", f"Live · update on {short_moment(post.update_at)}")
    if post.has_unpublished_changes and post.is_live:
        return PostState(post.status, f"Live · newer text {post.get_status_display().lower()}")
    if post.is_live:
        return PostState("live", "Live")
    if post.is_scheduled:
        return PostState("scheduled", "Scheduled")
    if post.status == Post.Status.ARCHIVED:
        return PostState("archived", "Withdrawn")
    return PostState(post.status, post.get_status_display())


def seen_by_readers(post: Post) -> str:
    """Return what readers see of `post` and what they will see, in a sentence or two."""
    if post.approved_revision is None or post.publish_at is None:
        return "Readers don’t see this post."
    shown = f"revision {post.approved_revision.number}"
    if not post.is_live:
        return f"Readers will see {shown} from {moment(post.publish_at)}."
    sentence = f"Readers see {shown}; the post is live since {moment(post.publish_at)}."
    if post.update_revision and post.update_at:
        update = f"revision {post.update_revision.number}"
        sentence += f" From {moment(post.update_at)} they get {update} instead."
    return sentence


def meant_by_saving(post: Post) -> str:
    """Return what a saved edit does to `post`, as a sentence."""
    if post.update_at:
        return (
            "Saving makes a new revision and takes back the approval of the update: it has to be"
            " approved again before its time comes. Readers keep what they have."
        )
    if post.is_live:
        return (
            "Saving makes a new revision; readers keep the approved one until the new one is"
            " approved."
        )
    if post.is_scheduled:
        return (
            "Saving makes a new revision and voids the approval: it has to be approved again before"
            " its time comes."
        )
    if post.status == Post.Status.IN_REVIEW:
        return "Saving makes a new revision and takes the post back from review."
    return "Saving makes a new revision. Approval and dates are decided at the review desk."


def taken_back_by_an_edit(post: Post) -> str:
    """Return what an edit takes back of what was decided about `post`, as a sentence, or ""."""
    if post.update_at:
        return (
            "Your edit takes back the approval of the update: readers don’t get it on"
            f" {moment(post.update_at)} unless it is submitted and approved again."
        )
    if post.is_scheduled and post.publish_at:
        return (
            "Your edit takes back the approval: the post does not appear on"
            f" {moment(post.publish_at)} unless it is submitted and approved again."
        )
    if post.status == Post.Status.IN_REVIEW:
        return "Your edit takes the post back from review. Submit it again when it is ready."
    return ""


def moment(at: datetime) -> str:
    """Return an instant on the site's clock, in full."""
    return f"{timezone.localtime(at):%A, %-d %B %Y, %H:%M}"


def short_moment(at: datetime) -> str:
    """Return an instant on the site's clock, for a narrow place."""
    here = timezone.localtime(at)
    year = "" if here.year == timezone.localtime().year else f" {here.year}"
    return f"{here:%-d %b}{year}, {here:%H:%M}"
