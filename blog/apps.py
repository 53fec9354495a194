"""Registers the blog, and lets the page cache hear of what changes it."""

from django.apps import AppConfig


class BlogConfig(AppConfig):
    name = "blog"
    verbose_name = "Blog"

    def ready(self) -> None:
        # Models can be imported only once all apps are loaded.
        from blog.pagecache import invalidation

        invalidation.listen()
