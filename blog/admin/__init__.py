"""The writing desk: words, bylines, shelves, pictures, old addresses; and who may come in."""

from blog.admin import access, posts, redirects, taxonomy, tokens

__all__ = ["access", "posts", "redirects", "taxonomy", "tokens"]
