"""The writing desk: words, bylines, shelves and pictures; and who may come in."""

from blog.admin import access, pages, posts, taxonomy, tokens

__all__ = ["access", "pages", "posts", "taxonomy", "tokens"]
