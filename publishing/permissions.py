"""Which of the four groups may do what, in Django's own permissions."""

from typing import Any

from django.contrib.auth.models import AnonymousUser, Group, Permission, User
from django.db.models import Q

_SEE_EVERYTHING = [
    *("blog.view_author", "blog.view_category", "blog.view_image", "blog.view_post"),
    *("blog.view_redirect", "blog.view_revision", "blog.view_tag"),
    *("generation.view_brief", "generation.view_claim", "generation.view_contentplan"),
    *("generation.view_modelcall", "generation.view_modelprice", "generation.view_run"),
    *("generation.view_budget", "generation.view_promptversion"),
    *("generation.view_source", "generation.view_sourcesnapshot", "generation.view_step"),
    *("generation.view_styleguide",),
    *("publishing.view_approval", "publishing.view_delivery"),
    *("publishing.view_workflowevent",),
    *("django_celery_beat.view_crontabschedule", "django_celery_beat.view_intervalschedule"),
    *("django_celery_beat.view_periodictask",),
]
_WRITE = [
    *("blog.add_post", "blog.change_post", "blog.add_image", "blog.change_image"),
    "blog.add_tag",
    *("generation.add_brief", "generation.change_brief", "generation.add_run"),
    *("generation.change_run",),
    *("generation.add_source", "generation.change_source", "generation.delete_source"),
    "publishing.submit_post",
]
_DECIDE = [
    *("publishing.submit_post", "publishing.request_changes_post", "publishing.approve_post"),
    *("publishing.reschedule_post", "publishing.restore_post"),
]
_PLAN = [
    # Renaming changes every page at once, live ones too.
    *("blog.add_author", "blog.change_author", "blog.add_category", "blog.change_category"),
    *("blog.add_redirect", "blog.change_redirect", "blog.delete_redirect"),
    # Only pictures that no post has can be deleted.
    *("blog.change_tag", "blog.delete_image"),
    *("generation.add_contentplan", "generation.change_contentplan"),
    *("generation.add_promptversion", "generation.change_promptversion"),
    *("generation.add_styleguide", "generation.change_styleguide", "generation.delete_brief"),
    *("django_celery_beat.add_periodictask", "django_celery_beat.change_periodictask"),
    "django_celery_beat.delete_periodictask",
]
# To move a blog in, or this one out with its drafts. That what comes goes live without review is
# a right that no group has: see publishing.imports.
_MOVE = ["blog.view_transfer", "blog.export_posts"]
_TELL = [
    # The address of a webhook is often its secret.
    "publishing.view_channel",
    *("publishing.add_channel", "publishing.change_channel", "publishing.delete_channel"),
    "publishing.change_delivery",
]

GROUPS: dict[str, list[str]] = {
    "Writers": [*_SEE_EVERYTHING, *_WRITE],
    "Editors": [*_SEE_EVERYTHING, *_WRITE, *_PLAN, *_DECIDE, *_MOVE, "blog.import_posts"],
    "Publishers": [*_SEE_EVERYTHING, *_DECIDE, *_TELL, "publishing.withdraw_post"],
    "Operators": [
        *_SEE_EVERYTHING,
        *_TELL,
        *_MOVE,
        *("generation.change_run", "generation.add_modelprice", "generation.change_modelprice"),
        *("generation.delete_modelprice",),
        *("generation.add_budget", "generation.change_budget", "generation.delete_budget"),
        *("django_celery_beat.add_periodictask", "django_celery_beat.change_periodictask"),
        "django_celery_beat.delete_periodictask",
    ],
}


def can(user: User | AnonymousUser, transition: str) -> bool:
    """Whether the user's groups allow the transition (four eyes are the workflow's business)."""
    return user.is_active and user.has_perm(f"publishing.{transition}_post")


def make_groups(**_: Any) -> None:
    """Make the groups and give them what they lack; nothing is ever taken away."""
    for name, wanted in GROUPS.items():
        group, _is_new = Group.objects.get_or_create(name=name)
        group.permissions.add(*_permissions(wanted))


def _permissions(names: list[str]) -> list[Permission]:
    chosen = Q()
    for name in names:
        app, codename = name.split(".")
        chosen |= Q(content_type__app_label=app, codename=codename)
    return list(Permission.objects.filter(chosen))
