"""Where a post stands among the others: whose translation it is, and its place in the menu.

Neither is content: no revision holds it and no approval signs it, so it takes effect at once.
"""

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from blog.languages import name_of
from blog.models import Post

FIELDS = ["translation_of", "menu_position"]


class TranslationRefused(ValueError):
    """The one can't be a translation of the other; the message says why."""


def place(
    post: Post, *, by: AbstractBaseUser, translation_of: Post | None, menu_position: int | None
) -> bool:
    """Say whose translation `post` is and where the menu has it; return whether that is new.

    Whoever did it is noted in the admin's history. Raises TranslationRefused.
    """
    with transaction.atomic():
        # Both, in one order: so that two people can't make each the other's translation.
        wanted = {post.pk, translation_of.pk if translation_of else post.pk}
        rows = Post.objects.select_for_update().filter(pk__in=wanted).order_by("pk")
        locked = {row.pk: row for row in rows}
        row = locked[post.pk]
        original = locked[translation_of.pk] if translation_of else None
        before = [getattr(row, name) for name in FIELDS]
        if original is not None and original.pk != row.translation_of_id:
            refuse_translation(row, of=original, language=row.language)
        row.translation_of, row.menu_position = original, menu_position
        changed = [
            name for name, value in zip(FIELDS, before, strict=True) if getattr(row, name) != value
        ]
        if changed:
            row.updated_at = timezone.now()
            row.save(update_fields=[*changed, "updated_at"])
            _note(post, changed, by=by)
    return bool(changed)


def refuse_translation(post: Post, *, of: Post, language: str) -> None:
    """Raise TranslationRefused unless `post`, in `language`, can be a translation of `of`."""
    siblings = of.translations.exclude(pk=post.pk)
    if of.pk == post.pk:
        reason = "A post can’t be a translation of itself."
    elif of.kind != post.kind:
        reason = f"“{of}” is a {of.kind} and this is a {post.kind}: choose another {post.kind}."
    elif of.translation_of is not None:
        reason = f"“{of}” is a translation itself. Choose the original: “{of.translation_of}”."
    elif post.pk and (own := post.translations.first()):
        reason = (
            f"“{own}” is a translation of this {post.kind}, so this is an original. Let that one"
            " be a translation of something else first."
        )
    elif language == of.language:
        reason = (
            f"“{of}” is in {name_of(language)} as well. Choose the language of this {post.kind},"
            " or another original."
        )
    elif taken := siblings.filter(language=language).first():
        reason = f"“{of}” has a translation into {name_of(language)} already: “{taken}”."
    else:
        return
    raise TranslationRefused(reason)


def _note(post: Post, changed: list[str], *, by: AbstractBaseUser) -> None:
    labels = [str(Post._meta.get_field(name).verbose_name).capitalize() for name in changed]  # type: ignore[union-attr]
    LogEntry.objects.log_actions(
        by.pk, [post], CHANGE, [{"changed": {"fields": labels}}], single_object=True
    )
