"""Registers the desk, makes its groups, and lets it hear of filed drafts."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PublishingConfig(AppConfig):
    name = "publishing"
    verbose_name = "Publishing desk"

    def ready(self) -> None:
        # Models can be imported only once all apps are loaded.
        from publishing import permissions, receivers  # noqa: F401

        post_migrate.connect(permissions.make_groups, sender=self)
