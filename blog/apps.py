"""Registers the blog, and what follows its changes."""

from django.apps import AppConfig


class BlogConfig(AppConfig):
    name = "blog"
    verbose_name = "Blog"

    def ready(self) -> None:
        """Connect the receivers, and let the page cache hear of what changes pages."""
        # They need the models, which are there only now.
        from blog import receivers  # noqa: F401
        from blog.pagecache import invalidation

        invalidation.listen()
