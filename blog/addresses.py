"""Old addresses keep working: what moved leaves a redirect, what was taken away says "gone"."""

from blog.models import Post, Redirect

# First words of our own addresses: no page may have one of them as its slug.
RESERVED = {
    *("admin", "api", "archive", "authors", "categories", "covers", "health", "media"),
    *("page", "posts", "preview", "search", "share", "static", "tags"),
}


def leave_redirect(path: str, post: Post) -> None:
    """Let `path`, which readers knew, lead to wherever the post is."""
    Redirect.objects.update_or_create(
        path=path,
        defaults={"post": post, "category": None, "tag": None, "author": None, "target": ""},
    )
