"""What the desk offers to imports: to let posts be read here that were published elsewhere before.

It skips the review, so it needs a right of its own, which no group has: an owner gives it to
whoever moves the blog, for as long as that takes.
"""

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser, User

from blog.models import Post
from blog.transfer.publisher import PublishingRefused
from publishing import permissions, workflow


class ImportDesk:
    """See `blog.transfer.publisher.Publisher`."""

    def allows(self, user: AbstractBaseUser) -> bool:
        """Whether the user may put imported posts live."""
        return isinstance(user, User) and permissions.can(user, "import_live")

    def publish(
        self, post: Post, *, by: AbstractBaseUser, publish_at: datetime, changed_at: datetime | None
    ) -> None:
        """Let readers have the latest revision, dated as it was there. Raises PublishingRefused."""
        if not isinstance(by, User):
            raise PublishingRefused("Only a member of the staff can put posts live.")
        try:
            workflow.import_live(
                post,
                by=by,
                publish_at=publish_at,
                changed_at=changed_at,
                note=f"Published elsewhere on {publish_at:%-d %B %Y}; not reviewed here.",
            )
        except workflow.TransitionNotAllowed as refused:
            raise PublishingRefused(str(refused)) from refused


DESK = ImportDesk()
