"""The writing desk: words, bylines, shelves, pictures, old addresses; and who may come in."""

from blog.admin import access, images, pages, posts, redirects, taxonomy, tokens, transfers

__all__ = ["access", "images", "pages", "posts", "redirects", "taxonomy", "tokens", "transfers"]
