"""Registers the blog, and what follows its changes."""

from django.apps import AppConfig


class BlogConfig(AppConfig):
    name = "blog"
    verbose_name = "Blog"

    def ready(self) -> None:
        """Connect the receivers."""
        from blog import receivers  # noqa: F401  (needs the models, which are there only now)
