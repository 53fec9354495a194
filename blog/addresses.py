"""Old addresses keep working: what moved leaves a redirect, what was taken away says "gone"."""

from collections.abc import Iterable

from blog.models import Post, Redirect

# First words of our own addresses: no page may have one of them as its slug.
RESERVED = {
    *("admin", "api", "archive", "authors", "categories", "covers", "health", "media"),
    *("page", "posts", "preview", "search", "share", "static", "tags"),
}


def taken(slugs: Iterable[str], *, by_others_than: Post | None = None) -> set[str]:
    """Return which of `slugs` a post has, or will have once its approved update is shown."""
    wanted = list(slugs)
    posts = Post.objects.exclude(pk=by_others_than.pk) if by_others_than else Post.objects.all()
    now = posts.filter(slug__in=wanted).values_list("slug", flat=True)
    waiting = posts.filter(update_at__isnull=False, update_revision__slug__in=wanted)
    return set(now.union(waiting.values_list("update_revision__slug", flat=True)))


def leave_redirect(path: str, post: Post) -> None:
    """Let `path`, which readers knew, lead to wherever the post is."""
    Redirect.objects.update_or_create(
        path=path,
        defaults={"post": post, "category": None, "tag": None, "author": None, "target": ""},
    )
