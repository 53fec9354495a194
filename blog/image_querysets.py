"""Which pictures: by the texts that show them, by their copies, by their words."""

from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, Func, OuterRef, Q

from blog import rendering, text_search
from blog.querysets import ShownQuerySet


class ImageQuerySet(ShownQuerySet[Any]):
    """Which pictures."""

    def shown_in(self, html: str) -> Self:
        """Those that a text of ours shows, found by the names of their files."""
        prefix = settings.MEDIA_URL
        paths = rendering.image_paths(html)
        names = [path.removeprefix(prefix) for path in paths if path.startswith(prefix)]
        return self.filter(file__in=names) if names else self.none()

    def without_renditions(self, now: datetime) -> Self:
        """Those whose smaller copies are still to be made, or to be tried again by now."""
        due = Q(renditions__again_at__lte=int(now.timestamp()))
        # The key alone is what the index knows of.
        tried = Q(renditions__has_key="again_at") & due
        return self.filter(tried | Q(renditions__isnull=True))

    def with_problem(self) -> Self:
        """Those whose smaller copies could not be made so far."""
        return self.filter(renditions__has_key="problem")

    def unused(self) -> Self:
        """Those that no revision has, neither as its cover nor in its text."""
        # The model is named here, because blog.models imports us.
        revisions = self.model._meta.apps.get_model("blog", "Revision").objects
        one = Func(
            OuterRef("pk"),
            template="ARRAY[%(expressions)s]",
            output_field=ArrayField(models.BigIntegerField()),
        )
        as_cover = Exists(revisions.filter(cover=OuterRef("pk")))
        in_text = Exists(revisions.filter(image_ids__contains=one))
        return self.filter(~as_cover, ~in_text)

    def matching(self, words: str) -> Self:
        """Those whose alt text, caption or credit hold each of `words`."""
        found = self
        for word in rendering.storable(words)[: text_search.MAX_CHARACTERS].split():
            found = found.filter(
                Q(alt_text__icontains=word) | Q(caption__icontains=word) | Q(credit__icontains=word)
            )
        return found

    def newest_below(self, pk: int | None) -> Self:
        """The newest first, from below the one with the id `pk` (None: from the top)."""
        rows = self.order_by("-pk")
        return rows if pk is None else rows.filter(pk__lt=pk)
