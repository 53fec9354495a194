"""Lets `config` hold management commands and system checks of the whole assembly."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"
    verbose_name = "AutoBlog"
