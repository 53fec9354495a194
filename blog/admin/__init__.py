"""The writing desk: words, bylines, shelves and pictures; and who may come in."""

from blog.admin import access, images, posts, taxonomy, tokens

__all__ = ["access", "images", "posts", "taxonomy", "tokens"]
