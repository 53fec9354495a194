"""Registers the desk and lets it hear of filed drafts."""

from django.apps import AppConfig


class PublishingConfig(AppConfig):
    name = "publishing"
    verbose_name = "Publishing desk"
